using Updraft.Orchestration;
using static Updraft.Cli.Tests.Pictures;

namespace Updraft.Cli.Tests;

public sealed class SummaryTests
{
    [Fact]
    public void Of_Success_ShowsTheSlowestAndTheCriticalPath()
    {
        var run = Run(RunStatus.Success, Ended("a", 0, 1), Ended("b", 1, 10));

        Assert.Equal(
            [
                "", "Run succeeded in 10s: 2 success",
                "", "Slowest", "  b  9.0s", "  a  1.0s",
                "", "Critical path, 10s", "  a 1.0s → b 9.0s",
            ],
            SummaryText.Of(run, Dag(Task("a"), Task("b", "a")), At(99)));
    }

    [Fact]
    public void Of_Failure_SaysWhatFailedWhyAndHowToReadItsLog()
    {
        var run = Run(RunStatus.Failed, Ended("fit", 0, 1, TaskState.Failed, "SEA") with { Reason = "exit code 3", Code = "UPD4021" }, new("join", TaskState.UpstreamFailed)) with { Reason = "fit failed" };

        var lines = SummaryText.Of(run, Dag(Task("fit"), Task("join", "fit")), At(99));

        Assert.Equal(
            ["", "Run failed in 10s: 1 failed, 1 upstream_failed", "  fit failed", "", "Failed", "  fit[SEA]  UPD4021  exit code 3", "  updraft logs r1 'fit[SEA]'"],
            lines.Take(7));
    }

    [Fact]
    public void Of_SuccessOverAFailedTask_SaysSo() =>
        Assert.StartsWith("Run succeeded, over failed tasks,", SummaryText.Of(Run(RunStatus.Success, Ended("a", 0, 1, TaskState.Failed)), Dag(Task("a")), At(1))[1], StringComparison.Ordinal);
}
