using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class AirflowStateTests
{
    [Theory]
    [InlineData(RunStatus.Queued, false, "queued")]
    [InlineData(RunStatus.Running, false, "running")]
    [InlineData(RunStatus.Paused, false, "running")]
    [InlineData(RunStatus.Failed, true, "failed")]
    [InlineData(RunStatus.Cancelled, true, "failed")]
    [InlineData(RunStatus.Success, true, "success")]
    [InlineData(RunStatus.Failed, false, "running")] // It was cleared, and nothing has been done yet: whoever polls must not take this for the end.
    [InlineData(RunStatus.Success, false, "running")]
    public void Of_Run_IsTheStateThatAirflowKnows(RunStatus status, bool final, string state) => Assert.Equal(state, AirflowStates.Of(View(status, final)));

    [Theory]
    [InlineData(TaskState.None, null, null)]
    [InlineData(TaskState.Scheduled, null, "scheduled")]
    [InlineData(TaskState.Waiting, null, "deferred")]
    [InlineData(TaskState.UpForRetry, null, "up_for_retry")]
    [InlineData(TaskState.Stopping, "fail", "running")]
    [InlineData(TaskState.Stopping, "clear", "restarting")]
    [InlineData(TaskState.UpstreamFailed, null, "upstream_failed")]
    [InlineData(TaskState.Removed, null, "removed")]
    public void Of_TaskInstance_IsTheStateThatAirflowKnows(TaskState state, string? stop, string? known) =>
        Assert.Equal(known, AirflowStates.Of(new InstanceDocument { Task = "t", State = state, Stop = stop }));

    [Fact]
    public void Of_EveryState_IsInTheSchema()
    {
        Assert.All(Enum.GetValues<RunStatus>(), status => Assert.Contains(AirflowStates.Of(status), AirflowStates.OfRuns));
        Assert.All(Enum.GetValues<TaskState>(), state => Assert.Contains(AirflowStates.Of(new InstanceDocument { Task = "t", State = state }) ?? AirflowStates.None, AirflowStates.OfTasks));
    }

    [Theory]
    [InlineData(new int[0], -1)]
    [InlineData(new[] { 4 }, 4)]
    [InlineData(new[] { -1 }, -1)]
    [InlineData(new[] { 2, 5 }, 2_000_005)]
    [InlineData(new[] { 1, 0, 3 }, 1_000_000_000_003)]
    [InlineData(new[] { 2, -1 }, -1)]
    public void MapIndex_OfAPlace_TellsPlacesApart(int[] place, long index) => Assert.Equal(index, AirflowMapIndex.Of(new InstanceDocument { Task = "t", Place = [.. place] }));

    [Theory]
    [InlineData("etl_daily", "daily", true)]
    [InlineData("etl_daily", "DAILY", true)]
    [InlineData("etl_daily", "etl%y", true)]
    [InlineData("etl_daily", "e__daily", false)]
    [InlineData("etl_daily", "e___daily", true)]
    [InlineData("etl_daily", "weekly", false)]
    [InlineData("etl_daily", "~", true)]
    [InlineData("etl_daily", null, true)]
    [InlineData("", "%", true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "%a%a%a%a%a%a%a%a%a%a%a%a%b", false)]
    public void Pattern_IsFoundAnywhere_AsInSql(string text, string? pattern, bool found) => Assert.Equal(found, AirflowPattern.IsIn(text, pattern));

    private static RunView View(RunStatus status, bool final)
    {
        var nothing = JsonSerializer.SerializeToElement(new { });
        var request = new RunRequest { RunId = "r", Dag = "d", DagHash = "h", Conf = nothing, Params = nothing, LogicalDate = default, DataIntervalStart = default, DataIntervalEnd = default, CreatedAt = default };
        return new RunView(request, new RunBody { Status = status }, 1, final, 0);
    }
}
