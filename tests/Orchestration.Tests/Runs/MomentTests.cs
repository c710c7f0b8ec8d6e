using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>Due times, datasets made and kills not confirmed, on the run's side.</summary>
public sealed class MomentTests
{
    private static DagSpec Dag(Func<TaskNode, TaskNode>? task = null, DueSpec? due = null)
    {
        var dag = new DagBuilder("d") { Due = due };
        var a = dag.Task("a", "noop");
        _ = task?.Invoke(a);
        return dag.Build();
    }

    private static DueSpec In(int minutes, DueFrom from = DueFrom.Start) => new() { After = TimeSpan.FromMinutes(minutes), From = from };

    private static string[] Alerts(RunBench bench) => [.. bench.CallsOf<Alert>(ActivityNames.RaiseAlert).Select(alert => $"{alert.Kind} {alert.Task}")];

    [Theory]
    [InlineData(DueFrom.Start)]
    [InlineData(DueFrom.LogicalDate)]
    public void Task_LaterThanItsDue_AlertsOnce_AlsoAfterAClear(DueFrom from)
    {
        var bench = new RunBench(Dag(a => a.Due(In(10, from))));
        var due = bench.Timers.Single(timer => timer.Key == "due");
        Assert.Equal(TimeSpan.FromMinutes(10), due.At - bench.Now);

        bench.Fire("due");
        Assert.Equal(["late-task a"], Alerts(bench));
        Assert.Equal(["late-task a"], Alerts(bench.Lose()));

        bench.Return(ActivityNames.RaiseAlert).Lose();
        Assert.Empty(Alerts(bench));
        bench.End("a", AttemptOutcome.Failed).Lose();
        Assert.True(bench.IsFinal);
    }

    [Fact]
    public void Task_DoneInTime_NeverAlerts()
    {
        var bench = new RunBench(Dag(a => a.Due(In(10)))).End("a");

        Assert.DoesNotContain(bench.Timers, timer => timer.Key == "due");
        Assert.True(bench.IsFinal);
    }

    [Fact]
    public void Task_ByFactor_IsDueAfterItsUsualDuration()
    {
        var bench = new RunBench(Dag(a => a.Due(new DueSpec { Factor = 2 })));
        Assert.Equal(new UsualDuration("d", "a"), bench.CallsOf<UsualDuration>(ActivityNames.UsualDuration).Single());

        bench.Return(ActivityNames.UsualDuration, new UsualDurationRead(TimeSpan.FromMinutes(5)));

        Assert.Equal(TimeSpan.FromMinutes(10), bench.Timers.Single(timer => timer.Key == "due").At - bench.Now);
    }

    [Fact]
    public void Task_WithoutAHistory_IsNeverLate()
    {
        var bench = new RunBench(Dag(a => a.Due(new DueSpec { Factor = 2 }))).Return(ActivityNames.UsualDuration, new UsualDurationRead(null));

        Assert.Empty(bench.Timers);
    }

    [Fact]
    public void Run_LaterThanItsDue_AlertsOncePerOpening()
    {
        var bench = new RunBench(Dag(due: In(30))).Fire("run-due");
        Assert.Equal(["late-run "], Alerts(bench));
        Assert.Equal(["late-run "], Alerts(bench.Lose()));
        bench.Return(ActivityNames.RaiseAlert).Lose();
        Assert.Empty(bench.Timers);

        bench.End("a").Tell(ClearCommand.Kind, new ClearCommand { Tasks = [new("a", [])] });

        Assert.Single(bench.Timers, timer => timer.Key == "run-due");
    }

    [Fact]
    public void Success_OfATaskThatProduces_IsRecordedUntilThatHasReturned()
    {
        var bench = new RunBench(Dag(a => a.Produces("table")));
        var call = bench.Calls.Single(call => call.Activity == ActivityNames.RunAttempt);
        bench.Return(call, new AttemptResult { Outcome = AttemptOutcome.Success, Produced = [new DatasetOutput("table", "2026")] });
        Assert.Equal((RunStatus.Success, false), (bench.Body.Status, bench.IsFinal));

        var record = bench.Lose().CallsOf<RecordDatasets>(ActivityNames.RecordDatasets).Single();

        Assert.Equal(("r", "a", "", 1, new DatasetOutput("table", "2026")), (record.RunId, record.TaskId, record.Place, record.Try, record.Outputs.Single()));
        Assert.True(bench.Return(ActivityNames.RecordDatasets).IsFinal);
    }

    [Fact]
    public void Mark_SuccessByHand_RecordsNothing()
    {
        var bench = new RunBench(Dag(a => a.Produces("table"))).End("a", AttemptOutcome.Failed).Tell(MarkCommand.Kind, new MarkCommand([new("a", [])], TaskState.Success));

        Assert.Empty(bench.CallsOf<RecordDatasets>(ActivityNames.RecordDatasets));
        Assert.True(bench.IsFinal);
    }

    /// <summary>"A kill not confirmed within kill_timeout (5 minutes) is shown as stopping, raises an alert, and is never reported as dead."</summary>
    [Fact]
    public void Kill_NotConfirmed_AlertsOnceAndIsNeverReportedDead()
    {
        var bench = new RunBench(Dag()).Tell(CancelCommand.Kind, new CancelCommand());
        for (var minute = 0; minute < 10; minute++)
        {
            bench.Now += TimeSpan.FromMinutes(1);
            bench.Return(ActivityNames.StopAttempt, new StoppedAttempt(Held: true)).Fire("k:0");
            if (Alerts(bench).Length > 0) break;
        }

        Assert.Equal(["kill-unconfirmed a"], Alerts(bench));
        Assert.Equal((TaskState.Stopping, RunErrors.KillUnconfirmed, RunStatus.Running), (bench["a"].State, bench["a"].Code, bench.Body.Status));
        bench.Return(ActivityNames.RaiseAlert).Fire("k:0").Lose().Fire("k:0");
        Assert.Empty(Alerts(bench));
    }

    [Fact]
    public void Run_WithoutAnyOfThese_AsksForNothingMore()
    {
        var bench = new RunBench(Dag()).End("a");

        Assert.Empty(bench.Calls);
        Assert.Empty(bench.Timers);
        Assert.True(bench.IsFinal);
        Assert.DoesNotContain("moments", bench.Head!.Body.GetRawText());
    }
}
