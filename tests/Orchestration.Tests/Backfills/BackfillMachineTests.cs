using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

public sealed class BackfillMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ActorId Self = BackfillPaths.Of("b");

    private readonly List<CallEffect> _calls = [];
    private readonly Dictionary<string, DateTime> _timers = [];
    private BackfillRequest _request = null!;
    private BackfillMachine _machine = null!;
    private ActorHead? _head;

    private BackfillBody Body => _head!.Body.Deserialize<BackfillBody>(OrchestrationJson.Options)!;

    private IEnumerable<double> Begun => _calls.Select(call => call.Input).OfType<BeginBackfillRun>().Select(begin => (begin.Run.Tick - Start).TotalHours);

    private void Begin(int hours, int maxActive = 2, BackfillOrder order = BackfillOrder.OldestFirst)
    {
        var wanted = new CreateBackfill { Dag = "d", From = Start, To = Start.AddHours(hours), MaxActive = maxActive, Order = order };
        _request = new() { Id = "b", Wanted = wanted, Version = "v", Schedule = new() { Cron = "@hourly" }, CreatedAt = Start };
        Restart();
    }

    private void Restart()
    {
        _machine = new(Self, _request, _head);
        _calls.Clear();
        Handle(new Started());
    }

    private void Handle(Message message)
    {
        var effects = new Effects();
        _machine.Handle(message, Start.AddDays(1).UtcDateTime, effects);
        if (_machine.TakeChanges() is { } changes) _head = new() { Kind = "backfill", Generation = 1, Revision = changes.Revision, Final = false, Pages = 0, Taken = [], Body = changes.Body };
        _calls.AddRange(effects.List.OfType<CallEffect>());
        foreach (var timer in effects.List.OfType<TimerEffect>()) _timers[timer.Key] = timer.At;
    }

    private void Tell(string kind, object body) => Handle(new Told(Guid.NewGuid().ToString(), kind, JsonSerializer.SerializeToElement(body, OrchestrationJson.Options)));

    private void Answer(int number, BackfillOutcome outcome, string? reason = null) => Handle(new Returned($"{number}", JsonSerializer.SerializeToElement(new BegunBackfillRun(outcome, reason), OrchestrationJson.Options)));

    private void End(int number, RunStatus status = RunStatus.Success) => Tell(RunFollowed.Kind, new RunFollowed($"{number}", "r", 0, status));

    /// <summary>The range begins with its first instant, and its end is not part of it.</summary>
    [Fact]
    public void Ticks_AreBegunInOrder_SoManyAtOnce()
    {
        Begin(hours: 4);
        Assert.Equal([0], Begun);

        Answer(0, BackfillOutcome.Followed);
        Assert.Equal([0, 1], Begun);
        Answer(1, BackfillOutcome.Existing);
        Assert.Equal([0, 1, 2], Begun);
        End(0);
        Assert.Equal([0, 1, 2], Begun);
        Answer(2, BackfillOutcome.Followed);
        Assert.Equal([0, 1, 2, 3], Begun);
        End(3, RunStatus.Failed);
        End(2, RunStatus.Cancelled);

        Assert.True(_machine.IsFinal);
        Assert.Equal((BackfillStatus.Done, 4, 1, 1, 1, 1), (Body.Status, Body.Done, Body.Succeeded, Body.Failed, Body.Cancelled, Body.Existing));
        Assert.Contains("d__scheduled__2026-01-01T03-00-00Z", Assert.Single(Body.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void NewestFirst_BeginsAtTheEnd()
    {
        Begin(hours: 4, order: BackfillOrder.NewestFirst);
        Answer(0, BackfillOutcome.Followed);

        Assert.Equal([3, 2], Begun);
    }

    [Fact]
    public void Run_HasItsTicksOwnIdAndInterval()
    {
        Begin(hours: 2);
        Answer(0, BackfillOutcome.Followed);

        var begin = (BeginBackfillRun)_calls[1].Input;
        Assert.Equal((RunIds.OfTick("d", Start.AddHours(1)), RunIds.OfTick("d", Start)), (begin.Run.RunId, begin.Previous));
        Assert.Equal(new DataInterval(Start, Start.AddHours(1)), begin.Interval);
        Assert.All(_calls, call => Assert.True(call.AfterPublish));
    }

    [Fact]
    public void Restart_AsksAgain_ForWhatIsNotFollowed()
    {
        Begin(hours: 4);
        Answer(0, BackfillOutcome.Followed);

        Restart();

        Assert.Equal([1], Begun);
    }

    [Fact]
    public void End_HeardBeforeTheBeginning_CountsOnce()
    {
        Begin(hours: 2);
        End(0);
        End(0);
        Answer(0, BackfillOutcome.Followed);
        Answer(1, BackfillOutcome.Refused, "UPD2011: conf");

        Assert.Equal((BackfillStatus.Done, 1, 1), (Body.Status, Body.Succeeded, Body.Failed));
        Assert.Contains("UPD2011", Body.Failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Pause_BeginsNothingNew_UntilItGoesOn()
    {
        Begin(hours: 4);
        Tell(PauseBackfill.Kind, new PauseBackfill(true));
        Answer(0, BackfillOutcome.Followed);
        End(0);
        End(1);
        Assert.Equal([0, 1], Begun);
        Assert.Equal(BackfillStatus.Paused, Body.Status);

        Tell(PauseBackfill.Kind, new PauseBackfill(false));

        Assert.Equal([0, 1, 2], Begun);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 2)]
    public void Cancel_EndsWithItsRuns(bool runs, int cancelled)
    {
        Begin(hours: 4);
        Answer(0, BackfillOutcome.Followed);
        Tell(CancelBackfill.Kind, new CancelBackfill(runs));
        Answer(1, BackfillOutcome.Followed);
        Assert.Equal(BackfillStatus.Cancelling, Body.Status);
        Assert.Equal(cancelled, _calls.Count(call => call.Input is TellActor { Kind: CancelCommand.Kind }));

        End(0);
        End(1, RunStatus.Cancelled);

        Assert.Equal((BackfillStatus.Cancelled, 2), (Body.Status, Body.Done));
        Assert.True(_machine.IsFinal);
    }

    [Fact]
    public void Failure_ToBegin_IsTriedAgain()
    {
        Begin(hours: 1);
        Handle(new Threw("0", "IOException", "away"));
        Assert.Equal(Start.AddDays(1).AddMinutes(1).UtcDateTime, _timers["0"]);

        Handle(new Fired("0"));

        Assert.Equal([0, 0], Begun);
    }
}
