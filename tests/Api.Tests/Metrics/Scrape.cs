using System.Globalization;
using System.Text.RegularExpressions;

namespace Updraft.Api.Tests;

/// <summary>What a server shows to Prometheus, read as strictly as Prometheus does.</summary>
internal sealed partial class Scrape
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    public Scrape(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var type = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal)) continue;
            if (TypeLine().Match(line) is { Success: true } typed)
            {
                type = typed.Groups["name"].Value;
                Assert.True(Types.TryAdd(type, typed.Groups["type"].Value), $"{type} is typed twice");
                continue;
            }
            var sample = SampleLine().Match(line);
            Assert.True(sample.Success, $"no sample: {line}");
            Assert.StartsWith(type, sample.Groups["name"].Value, StringComparison.Ordinal);
            Assert.True(_samples.TryAdd(sample.Groups["series"].Value, double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture)), $"twice: {line}");
        }
    }

    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>A sample, as in <c>updraft_runs_ended_total{dag="a",state="failed"}</c>; null when there is none.</summary>
    public double? this[string series] => _samples.TryGetValue(series, out var value) ? value : null;

    public static async Task<Scrape> OfAsync(ApiTestServer server)
    {
        using var answer = await server.SendAsync(HttpMethod.Get, "/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        return new Scrape(await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("^# TYPE (?<name>[a-z_]+) (?<type>counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<series>(?<name>[a-z_]+)(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})?) (?<value>[-+0-9.E]+)$""")]
    private static partial Regex SampleLine();
}
