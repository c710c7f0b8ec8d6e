using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

/// <summary>What is measured, what the docs say and what rules and dashboard ask for are the same.</summary>
public sealed partial class MonitoringDocsTests : IAsyncLifetime
{
    private static readonly string Docs = Repository.PathOf("docs");

    private readonly Dictionary<string, MetricType> _metrics = new(StringComparer.Ordinal);
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        // Instruments are there once the class is used that holds them.
        foreach (var type in new[] { typeof(RunServices), typeof(ActorId), typeof(EmbeddedHost), typeof(UpdraftApi) }.SelectMany(type => type.Assembly.GetTypes()).Where(type => type.Name.EndsWith("Metrics", StringComparison.Ordinal)))
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => Add(instrument) };
        listener.Start();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public void Table_NamesEveryMetricWithItsTypeAndNoOther()
    {
        var rows = Row().Matches(File.ReadAllText(Path.Combine(Docs, "monitoring.md"))).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["type"].Value, StringComparer.Ordinal);

        Assert.Equal(
            _metrics.Select(metric => $"{metric.Key} {metric.Value.ToString().ToLowerInvariant()}").Order(StringComparer.Ordinal),
            rows.Select(row => $"{row.Key} {row.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("monitoring/rules.yml")]
    [InlineData("monitoring/rules.test.yml")]
    [InlineData("monitoring/dashboard.json")]
    [InlineData("monitoring.md")]
    public void File_AsksForWhatIsMeasured(string file)
    {
        var asked = Named().Matches(File.ReadAllText(Path.Combine(Docs, file))).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(asked);
        Assert.Empty(asked.Where(name => !_metrics.ContainsKey(name) && !(Of(name) is { } histogram && _metrics.GetValueOrDefault(histogram) is MetricType.Histogram)));
    }

    [Fact]
    public void Alerts_OfTheRules_AreExplained()
    {
        var explained = File.ReadAllText(Path.Combine(Docs, "monitoring.md"));
        var alerts = Alert().Matches(File.ReadAllText(Path.Combine(Docs, "monitoring", "rules.yml"))).Select(match => match.Groups["name"].Value).ToList();

        Assert.NotEmpty(alerts);
        Assert.Empty(alerts.Where(alert => !explained.Contains($"| `{alert}` |", StringComparison.Ordinal)));
    }

    private void Add(Instrument instrument)
    {
        if (!instrument.Meter.Name.StartsWith(MetricCollection.Meters, StringComparison.Ordinal) || instrument.Meter.Name == "Updraft.Test") return;
        var metric = new Metric(instrument);
        lock (_metrics) _metrics[metric.Name] = metric.Type;
    }

    private static string? Of(string name) => Suffix().Match(name) is { Success: true } match ? name[..match.Index] : null;

    [GeneratedRegex(@"^\| `(?<name>updraft_[a-z_]+)` \| (?<type>counter|gauge|histogram) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("(?<![a-z_])updraft_[a-z_]+")]
    private static partial Regex Named();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("alert: (?<name>\\w+)")]
    private static partial Regex Alert();
}
