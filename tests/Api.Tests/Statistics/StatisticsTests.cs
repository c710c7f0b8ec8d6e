using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class StatisticsTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        await _server.PublishAsync("{name: good, tasks: {one: {step: {say: hello}}, two: {after: one, step: {}}}}");
        await _server.PublishAsync("{name: bad, tasks: {one: {step: {fail: it is broken}}}}", new Caller("ada", "blue"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private async Task RunAsync(string dag, string runId)
    {
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, $"dags/{dag}/runs", new TriggerPublished { Run = new RunGiven { RunId = runId } });
        await _server.EndAsync(runId);
    }

    private Task<FleetStatistics> GetAsync(string query = "") => _server.SendAsync<FleetStatistics>(HttpMethod.Get, "statistics" + query);

    [Fact]
    public async Task Get_RunsThatEnded_AreCountedByDagAndDay()
    {
        for (var n = 0; n < 3; n++) await RunAsync("good", $"g{n}");
        _server.Time.Advance(TimeSpan.FromDays(1));
        await RunAsync("good", "later");
        await RunAsync("bad", "b");

        var all = await GetAsync();
        Assert.Equal(["bad", "good"], all.Dags.Select(dag => dag.Dag));
        var good = all.Dags[1];
        Assert.Equal((4L, 4L, 1.0, 8L), (good.Runs, good.Success, good.SuccessRate, good.Tasks["success"]));
        Assert.Equal((0.0, 1L, "blue"), (all.Dags[0].SuccessRate, all.Dags[0].Failed, all.Dags[0].Team));
        Assert.Equal([(3L, 0L), (1L, 1L)], all.Days.Select(day => (day.Success, day.Failed)));
        Assert.NotNull(good.Duration.P95);
        Assert.Equal(9, all.Slowest.Length);

        Assert.Equal(["bad"], (await GetAsync("?team=blue")).Dags.Select(dag => dag.Dag));
        Assert.Equal(4, Assert.Single((await GetAsync("?dag=good")).Dags).Runs);
        Assert.Equal(1, Assert.Single((await GetAsync($"?dag=good&since={_server.Time.GetUtcNow():yyyy-MM-dd}")).Dags).Runs);
    }

    [Fact]
    public async Task Get_RunThatEndsAgain_IsCountedAsItEndedLast()
    {
        await RunAsync("bad", "b");
        await _server.SendAsync<CommandTaken>(HttpMethod.Post, "runs/b/mark", new MarkCommand([new InstanceSelector("one", [])], TaskState.Success));
        await _server.ShownAsync("b", run => run.State is RunStatus.Success);
        await _server.EndAsync("b");

        var bad = Assert.Single((await GetAsync()).Dags);
        Assert.Equal((1L, 1L, 0L, 1L, 0L), (bad.Runs, bad.Success, bad.Failed, bad.Tasks["success"], bad.Tasks["failed"]));
    }

    [Theory]
    [InlineData("?since=2026-01-01&until=2025-01-01")]
    [InlineData("?since=2001-01-01")]
    public async Task Get_NoOrTooManyDays_IsRefused(string query) => Assert.Equal(ApiErrors.BadRequest, (await _server.RefusedAsync(HttpMethod.Get, "statistics" + query)).Code);
}
