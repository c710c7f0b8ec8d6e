using System.Net;
using Xunit.Abstractions;

namespace Updraft.Api.Tests;

/// <summary>Counters are of the process: nothing else runs beside these tests.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

[Collection(Alone.Name)]
public sealed class CostEndpointTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Costs_AfterRuns_AreCountedPerRunAndPerThousandTasks()
    {
        await using var server = await ApiTestServer.StartAsync();
        await server.PublishAsync("{name: costs-a, tasks: {one: {step: {}}, two: {after: one, step: {}}}}");
        await server.PublishAsync("{name: costs-b, tasks: {one: {step: {}}, two: {after: one, step: {}}}}");
        foreach (var (dag, run) in new[] { ("costs-a", "a1"), ("costs-a", "a2"), ("costs-a", "a3"), ("costs-b", "b1") })
        {
            await server.SendAsync<RunAccepted>(HttpMethod.Post, $"dags/{dag}/runs", new TriggerPublished { Run = new RunGiven { RunId = run } });
            await server.EndAsync(run);
        }

        var all = await server.SendAsync<CostReport>(HttpMethod.Get, "costs");
        var one = await server.SendAsync<CostReport>(HttpMethod.Get, "costs?dag=costs-a");

        output.WriteLine($"a run of 2 tasks: {all.PerRun!.Activities} activities, {all.PerRun.StorageOperations} storage operations");
        Assert.Equal((4, 8), (all.Figures.Runs, all.Figures.Tasks));
        Assert.True(all.Figures.Activities >= 4 * 4, "each run loads, runs two tasks and ends");
        Assert.Equal(all.Figures.Activities / 8 * 1_000, all.PerThousandTasks!.Activities, 6);
        Assert.Equal((3, 6), (one.Figures.Runs, one.Figures.Tasks));
        Assert.Equal(all.Figures.Activities * 6 / 8, one.Figures.Activities, 0.25 * all.Figures.Activities);
        Assert.Equal(all.Cost.Total, all.Cost.Actions + all.Cost.Executions + all.Cost.Storage + all.Cost.Compute, 12);
        Assert.True(all.Cost.Total > 0);
    }

    [Fact]
    public async Task Costs_OfDaysBefore_AreThoseOfTheirDays()
    {
        await using var server = await ApiTestServer.StartAsync();
        await server.PublishAsync("{name: costs-days, tasks: {one: {step: {}}}}");
        await server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/costs-days/runs", new TriggerPublished { Run = new RunGiven { RunId = "r" } });
        await server.EndAsync("r");
        var day = DateOnly.FromDateTime(server.Time.GetUtcNow().UtcDateTime);
        await server.SendAsync<CostReport>(HttpMethod.Get, "costs");
        server.Time.Advance(TimeSpan.FromDays(3));

        var then = await server.SendAsync<CostReport>(HttpMethod.Get, $"costs?since={day:yyyy-MM-dd}&until={day:yyyy-MM-dd}");
        var since = await server.SendAsync<CostReport>(HttpMethod.Get, $"costs?since={day.AddDays(1):yyyy-MM-dd}");

        Assert.Equal((1, 0), (then.Figures.Runs, since.Figures.Runs));
        Assert.Null(since.PerRun);
    }

    [Theory]
    [InlineData("costs?since=yesterday")]
    [InlineData("costs?since=2026-02-02&until=2026-02-01")]
    public async Task Costs_OfNoDays_AreRefused(string path)
    {
        await using var server = await ApiTestServer.StartAsync();

        var problem = await server.RefusedAsync(HttpMethod.Get, path);

        Assert.Equal((ApiErrors.DaysRefused, (int)HttpStatusCode.BadRequest), (problem.Code, problem.Status));
    }

    [Fact]
    public async Task Idle_AnHour_CostsOnlyWhatKeepsItInOrder()
    {
        await using var server = await ApiTestServer.StartAsync();
        await server.PublishAsync("{name: costs-idle, schedule: '@yearly', tasks: {one: {step: {}}}}");
        await server.Services.StartHeartbeatsAsync(["default"]);
        await PassAsync(server, minutes: 5); // What starting costs is not of the hour.
        var before = await server.SendAsync<CostReport>(HttpMethod.Get, "costs");

        await PassAsync(server, minutes: 60);
        await server.Services.Retention.RunOnceAsync(new());

        var after = await server.SendAsync<CostReport>(HttpMethod.Get, "costs");
        var (activities, reads, writes) = (after.Figures.Activities - before.Figures.Activities, after.Figures.Reads - before.Figures.Reads, after.Figures.Writes - before.Figures.Writes);
        output.WriteLine($"an idle hour: {activities} activities, {reads} reads, {writes} writes and listings");
        Assert.InRange(activities, 60, 90);
        Assert.InRange(reads, 60, 60 * 20);
        Assert.InRange(writes, 60, 60 * 30);
    }

    private static async Task PassAsync(ApiTestServer server, int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            server.Time.Advance(TimeSpan.FromMinutes(1));
            await server.Engine.Embedded.IdleAsync();
            await server.Services.ReconcileAsync();
        }
    }
}
