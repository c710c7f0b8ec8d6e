using System.Net;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class MetricsEndpointTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiTestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    // Instruments are of the process, so that tests tell theirs apart by the name of the DAG.
    private async Task RunAsync(string dag, string tasks)
    {
        await _server.PublishAsync($"{{name: {dag}, tasks: {tasks}}}");
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, $"dags/{dag}/runs", new TriggerPublished { Run = new RunGiven { RunId = dag } });
        await _server.EndAsync(dag);
    }

    [Fact]
    public async Task Metrics_AfterARun_CountItsTasksByOutcome()
    {
        await RunAsync("metrics-counts", "{one: {step: {}}, two: {after: one, step: {fail: broken}}, three: {after: two, step: {}}}");

        var scrape = await Scrape.OfAsync(_server);

        Assert.Equal(1, scrape["updraft_runs_triggered_total{dag=\"metrics-counts\"}"]);
        Assert.Equal(1, scrape["updraft_runs_ended_total{dag=\"metrics-counts\",state=\"failed\"}"]);
        Assert.Equal(1, scrape["updraft_tasks_ended_total{dag=\"metrics-counts\",state=\"success\"}"]);
        Assert.Equal(1, scrape["updraft_tasks_ended_total{dag=\"metrics-counts\",state=\"upstream_failed\"}"]);
        Assert.Equal(1, scrape["updraft_attempts_ended_total{dag=\"metrics-counts\",outcome=\"success\"}"]);
        Assert.Equal(1, scrape["updraft_attempts_ended_total{dag=\"metrics-counts\",outcome=\"failed_for_good\"}"]);
        Assert.Equal(2, scrape["updraft_task_lag_seconds_count{dag=\"metrics-counts\",held=\"false\"}"]);
        Assert.Equal(2, scrape["updraft_task_lag_seconds_bucket{dag=\"metrics-counts\",held=\"false\",le=\"+Inf\"}"]);
        Assert.Equal(1, scrape["updraft_flow_latency_seconds_count{dag=\"metrics-counts\"}"]);
        Assert.Equal("histogram", scrape.Types["updraft_task_lag_seconds"]);
    }

    [Fact]
    public async Task TaskLag_OfARootWhoseRunWaitedForItsSlot_IsFromTheAcknowledgementAndSaysThatItWasHeld()
    {
        await _server.PublishAsync("{name: metrics-slot, max_active_runs: 1, tasks: {one: {step: {wait: true}}}}");
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/metrics-slot/runs", new TriggerPublished { Run = new RunGiven { RunId = "slot-1" } });
        // Of two that are triggered in the same instant, either may get the slot.
        await _server.Steps.Waits;
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/metrics-slot/runs", new TriggerPublished { Run = new RunGiven { RunId = "slot-2" } });
        await _server.ShownAsync("slot-2", run => run.Reason is not null);
        _server.Time.Advance(TimeSpan.FromMinutes(2));
        _server.Steps.Go();
        await _server.EndAsync("slot-2");

        var scrape = await Scrape.OfAsync(_server);

        Assert.Equal(1, scrape["updraft_task_lag_seconds_bucket{dag=\"metrics-slot\",held=\"false\",le=\"60\"}"]);
        Assert.Equal(0, scrape["updraft_task_lag_seconds_bucket{dag=\"metrics-slot\",held=\"true\",le=\"60\"}"]);
        Assert.Equal(1, scrape["updraft_task_lag_seconds_count{dag=\"metrics-slot\",held=\"true\"}"]);
    }

    [Fact]
    public async Task AttemptsRunning_WhileAStepWaits_IsOneAndThenNone()
    {
        await _server.PublishAsync("{name: metrics-running, tasks: {one: {step: {wait: true}}}}");
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/metrics-running/runs", new TriggerPublished { Run = new RunGiven { RunId = "r" } });
        await _server.Steps.Waits;

        Assert.Equal(1, (await Scrape.OfAsync(_server))["updraft_attempts_running{dag=\"metrics-running\"}"]);
        _server.Steps.Go();
        await _server.EndAsync("r");
        Assert.Equal(0, (await Scrape.OfAsync(_server))["updraft_attempts_running{dag=\"metrics-running\"}"]);
    }

    [Fact]
    public async Task RunsEnded_RunClearedAndThenAskedAbout_IsCountedForEachEnd()
    {
        await RunAsync("metrics-again", "{one: {step: {}}}");
        await _server.SendAsync<CommandTaken>(HttpMethod.Post, "runs/metrics-again/clear", new ClearCommand { Tasks = [new InstanceSelector("one", [])] });
        for (RunView run; (run = await _server.EndAsync("metrics-again")) is { Body.Opened: 0 };) _server.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, (await Scrape.OfAsync(_server))["updraft_runs_ended_total{dag=\"metrics-again\",state=\"success\"}"]);
    }

    [Fact]
    public async Task Gauges_OfDocuments_ShowWhatIsStored()
    {
        await _server.Services.Pools.SetAsync("db", new PoolDefinition(3));
        await _server.Services.Queue.SendAsync(new QueueMessage { Id = "m", Body = "{}" });
        _server.Time.Advance(TimeSpan.FromMinutes(1));

        var scrape = await Scrape.OfAsync(_server);

        Assert.Equal(3, scrape["updraft_pool_slots{pool=\"db\"}"]);
        Assert.Equal(0, scrape["updraft_pool_waiting{pool=\"db\"}"]);
        Assert.Equal(1, scrape["updraft_queue_messages"]);
        Assert.Equal(60, scrape["updraft_queue_age_seconds"]);
        Assert.Equal(1, scrape["updraft_storage_up"]);
        Assert.Equal(0, scrape["updraft_runs_open{state=\"running\"}"]);
    }

    [Fact]
    public async Task Heartbeat_ThatStops_GrowsOld()
    {
        await _server.Services.StartHeartbeatsAsync(["default"]);
        for (var minute = 0; minute < 3; minute++)
        {
            await _server.Engine.Embedded.IdleAsync();
            _server.Time.Advance(TimeSpan.FromMinutes(1));
        }
        await _server.Engine.Embedded.IdleAsync();
        await _server.Services.ReconcileAsync();
        var beating = await Scrape.OfAsync(_server);
        Assert.InRange(beating["updraft_heartbeat_age_seconds{lane=\"default\"}"]!.Value, 0, 60);
        Assert.Equal(0, beating["updraft_watchdog_age_seconds"]);

        _server.Failure = new Dags.UpdraftException("UPD3000", "the disk is full");

        Assert.Equal(0, (await Scrape.OfAsync(_server))["updraft_storage_up"]);
    }

    [Fact]
    public async Task Requests_OfAnyPath_AreCountedByTheirRoute()
    {
        await _server.SendAsync(HttpMethod.Get, "runs/metrics-no-such-run");
        await _server.SendAsync(HttpMethod.Get, "metrics/no/such/path");
        await _server.SendAsync(new HttpMethod("FETCH"), "/metrics-strange");

        using var answer = await _server.SendAsync(HttpMethod.Get, "/metrics");
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Contains("updraft_http_requests_total{method=\"GET\",route=\"/api/v1/runs/{runId}\",status=\"404\"}", text, StringComparison.Ordinal);
        Assert.Contains("method=\"other\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("no-such-run", text, StringComparison.Ordinal);
        Assert.DoesNotContain("strange", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_ForStrangers_NeedAKeyUnlessTheyAreOpen()
    {
        await using var closed = await ApiTestServer.StartAsync(options => options with { Open = false });
        await using var open = await ApiTestServer.StartAsync(options => options with { Open = false, OpenMetrics = true });

        using var refused = await closed.SendAsync(HttpMethod.Get, "/metrics");
        using var shown = await open.SendAsync(HttpMethod.Get, "/metrics");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (refused.StatusCode, shown.StatusCode));
    }
}
