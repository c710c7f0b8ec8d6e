using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

public sealed class UpkeepTests
{
    [Fact]
    public async Task Watch_InTheDefaultLanesApp_StartsTheHeartbeatsAndReports()
    {
        await using var stage = await AppStage.StartAsync((AppSettings.FastTaskHub, "updraftfast"));

        await stage.Get<Upkeep>().WatchAsync(default);

        var report = (await stage.State.GetAsync<WatchdogReport>(WatchdogReport.Path))!.Value;
        Assert.Equal(["default", "fast"], report.Lanes.Select(lane => lane.Lane));
        Assert.NotNull(await stage.Runs.Ports.Orchestrations.GetAllInstancesAsync(new OrchestrationQuery { InstanceIdPrefix = ActorKindNames.Canary }).FirstOrDefaultAsync());
    }

    [Fact]
    public async Task Upkeep_InTheFastLanesApp_IsNoneOfItsWork()
    {
        await using var stage = await AppStage.StartAsync((AppSettings.Lane, "fast"), (AppSettings.FastTaskHub, "updraftfast"), (AppSettings.TaskHub, "updraftfast"));

        await stage.Get<Upkeep>().WatchAsync(default);
        await stage.Get<Upkeep>().RetainAsync(default);

        Assert.Null(await stage.State.GetAsync(WatchdogReport.Path));
        Assert.Null(await stage.State.GetAsync(RetentionReport.Path));
    }

    [Fact]
    public async Task Watch_WithItsStorageAway_FailsAndGoesOnAtItsNextTime()
    {
        await using var stage = await AppStage.StartAsync();
        stage.State.IsAway = true;
        await Assert.ThrowsAnyAsync<Exception>(() => stage.Get<Upkeep>().WatchAsync(default));

        stage.State.IsAway = false;
        await stage.Get<Upkeep>().WatchAsync(default);
        Assert.NotNull(await stage.State.GetAsync(WatchdogReport.Path));
    }

    [Fact]
    public async Task Retain_WhileAnotherMachineDoes_LeavesItToThat()
    {
        await using var stage = await AppStage.StartAsync();
        await using (await stage.Runs.Ports.Attempts.ClaimAsync("retention"))
        {
            await stage.Get<Upkeep>().RetainAsync(default);
            Assert.Null(await stage.State.GetAsync(RetentionReport.Path));
        }

        await stage.Get<Upkeep>().RetainAsync(default);
        Assert.NotNull(await stage.State.GetAsync(RetentionReport.Path));
    }

    [Fact]
    public async Task Retain_WhenItsTimeIsOver_StopsWithoutAReport()
    {
        await using var stage = await AppStage.StartAsync();
        stage.State.BeforeList = () => stage.Time.Advance(Upkeep.RetentionBudget);

        await stage.Get<Upkeep>().RetainAsync(default);

        Assert.Null(await stage.State.GetAsync(RetentionReport.Path));
    }

    [Fact]
    public async Task Retain_WhenTheHostStops_Stops()
    {
        await using var stage = await AppStage.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.Get<Upkeep>().RetainAsync(new CancellationToken(canceled: true)));
    }
}
