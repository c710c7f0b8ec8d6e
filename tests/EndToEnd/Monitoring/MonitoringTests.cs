using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Updraft.EndToEnd;

/// <summary>The metrics, the rules and the dashboard, as a real Prometheus takes them.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class MonitoringTests : IDisposable
{
    private const string Dag = """
        name: watched
        tasks:
          fine: { pools: [db], shell: { script: 'true' } }
          broken: { after: fine, shell: { script: 'exit 1' } }
        """;

    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [PrometheusFact]
    public async Task Rules_ByPromtool_AreRightAndPassTheirTests()
    {
        await Prometheus.CheckAsync(null, "check", "rules", "rules.yml");
        await Prometheus.CheckAsync(null, "check", "config", "--syntax-only", "prometheus.yml");
        await Prometheus.CheckAsync(null, "test", "rules", "rules.test.yml");
    }

    [PrometheusFact]
    public async Task Metrics_OfAServer_AreScrapedAndAskedForByRulesAndDashboard()
    {
        _here.Write("dag.yaml", Dag);
        using var serve = _here.Start("serve");
        var url = new Uri(Address().Match(await serve.LineAsync("Serving ")).Value);
        (await _here.RunAsync("trigger", "dag.yaml", "--run-id", "r1", "--wait")).Expect(1);
        using var http = new HttpClient { BaseAddress = url };

        var text = await http.GetStringAsync("metrics");
        await Prometheus.CheckAsync(text, "check", "metrics");
        using var prometheus = await Prometheus.StartAsync(_here.Folder, url);

        await prometheus.QueryAsync("up{job=\"updraft\"} == 1");
        await prometheus.QueryAsync("updraft_runs_ended_total{dag=\"watched\",state=\"failed\"} == 1");
        var lag = await prometheus.QueryAsync("histogram_quantile(0.5, sum by (le) (updraft_task_lag_seconds_bucket{dag=\"watched\"}))");
        Assert.NotEqual("NaN", lag[0].GetProperty("value")[1].GetString());
        await prometheus.QueryAsync("ALERTS{alertname=\"UpdraftRunsFailed\",alertstate=\"firing\",dag=\"watched\"}");
        var rules = (await prometheus.GetAsync("rules")).GetProperty("groups")[0].GetProperty("rules").EnumerateArray().ToList();
        Assert.All(rules, rule => Assert.Equal("", rule.TryGetProperty("lastError", out var error) ? error.GetString() : ""));
        await QueryAllAsync(prometheus);
    }

    /// <summary>Every question of the dashboard is one that Prometheus understands.</summary>
    private static async Task QueryAllAsync(Prometheus prometheus)
    {
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Prometheus.Files, "dashboard.json")));
        var questions = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _)).SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!).ToList();
        Assert.NotEmpty(questions);
        foreach (var question in questions)
            await prometheus.GetAsync("query?query=" + Uri.EscapeDataString(question.Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal).Replace("$dag", ".*", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
