using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>
/// An event goes to the open waits of its name and key; with none open it is refused as late if an unfinished run of that key has had that
/// wait, else kept until its time to live.
/// </summary>
public sealed class EventTests
{
    private static readonly EventWait A = EventStage.WaitOf("a");
    private static readonly EventWait B = EventStage.WaitOf("b");

    private readonly EventStage _stage = new();

    [Fact]
    public void Send_ToAnOpenWait_IsDeliveredAndWakesIt()
    {
        Assert.Null(_stage.Take(A));

        Assert.Equal(new EventOutcome(EventOutcomeKind.Delivered, 1), _stage.Send(EventStage.Event(data: new { by = "ann" })));
        Assert.Equal(1, _stage.Wakes(A));
        var taken = _stage.Simulator.Run(() => _stage.Waits.TakeAsync(A))!;
        Assert.Equal(("e1", """{"by":"ann"}"""), (taken.Id, taken.Data!.Value.GetRawText()));
    }

    [Fact]
    public void Send_WithNoWait_IsKeptForWhoWaitsLater()
    {
        Assert.Equal(EventOutcomeKind.Kept, _stage.Send().Kind);

        Assert.Equal("e1", _stage.Take(A));
        Assert.Equal("e1", _stage.Take(B));
    }

    [Fact]
    public void Send_ToWaitsOfTwoRuns_IsTakenByEach()
    {
        _stage.Take(A);
        _stage.Take(B);

        Assert.Equal(new EventOutcome(EventOutcomeKind.Delivered, 2), _stage.Send());
        Assert.Equal(("e1", "e1"), (_stage.Take(A), _stage.Take(B)));
    }

    [Fact]
    public void Send_Delivered_IsNotForWhoWaitsLater()
    {
        _stage.Take(A);
        _stage.Send();

        Assert.Null(_stage.Take(B));
        Assert.Equal("e1", _stage.Take(A));
    }

    [Fact]
    public void Send_OfAnotherNameOrKey_GoesToNobody()
    {
        _stage.Take(A);

        Assert.Equal(EventOutcomeKind.Kept, _stage.Send(EventStage.Event() with { Name = "rejected" }).Kind);
        Assert.Equal(EventOutcomeKind.Kept, _stage.Send(EventStage.Event() with { Key = "order-4" }).Kind);
        Assert.Null(_stage.Take(A));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Send_AfterTheWaitOfAnUnfinishedRun_IsLate(bool taken)
    {
        _stage.Take(A);
        if (taken) _stage.Send();
        if (taken) Assert.Equal("e1", _stage.Take(A));
        _stage.EndTry(A);

        Assert.Equal(EventOutcomeKind.Late, _stage.Send(EventStage.Event("e2")).Kind);
        Assert.Null(_stage.Take(B));
    }

    [Fact]
    public void Send_AfterTheEndOfTheRunThatWaited_IsKept()
    {
        _stage.Take(A);
        _stage.EndTry(A);
        _stage.EndRun("a");

        Assert.Equal(EventOutcomeKind.Kept, _stage.Send().Kind);
        Assert.Equal("e1", _stage.Take(B));
    }

    [Fact]
    public void Send_WithOneWaitOverAndAnotherOpen_GoesToTheOpenOne()
    {
        _stage.Take(A);
        _stage.EndTry(A);
        _stage.Take(B);

        Assert.Equal(new EventOutcome(EventOutcomeKind.Delivered, 1), _stage.Send());
        Assert.Equal("e1", _stage.Take(B));
    }

    [Fact]
    public void Send_TheSameIdAgain_IsIgnored()
    {
        _stage.Take(A);
        _stage.Send(EventStage.Event(data: 1));

        Assert.Equal(new EventOutcome(EventOutcomeKind.Duplicate, 1), _stage.Send(EventStage.Event(data: 2)));
        Assert.Equal(1, _stage.Wakes(A));
        Assert.Equal("1", _stage.Simulator.Run(() => _stage.Waits.TakeAsync(A))!.Data!.Value.GetRawText());
    }

    [Fact]
    public void Take_AfterTheTimeToLive_FindsNothing()
    {
        _stage.Send(EventStage.Event(timeToLive: TimeSpan.FromMinutes(10)));
        Pass(TimeSpan.FromMinutes(10));

        Assert.Null(_stage.Take(A));
    }

    [Fact]
    public void Take_OfWhatWasDelivered_FindsItHoweverLate()
    {
        _stage.Take(A);
        _stage.Send(EventStage.Event(timeToLive: TimeSpan.FromMinutes(10)));
        Pass(TimeSpan.FromHours(1));

        Assert.Equal("e1", _stage.Take(A));
    }

    [Fact]
    public void Take_Again_IsTheSameEvent()
    {
        _stage.Send(EventStage.Event("e1"));
        Pass(TimeSpan.FromSeconds(1));
        _stage.Send(EventStage.Event("e0"));

        Assert.Equal("e1", _stage.Take(A));
        Assert.Equal("e1", _stage.Take(A));
    }

    [Fact]
    public void Take_OfATryAfterAClear_IgnoresWhatWasTakenBefore()
    {
        _stage.Send();
        Assert.Equal("e1", _stage.Take(A));
        _stage.EndTry(A);

        Assert.Null(_stage.Take(EventStage.WaitOf("a", 2)));
        Assert.Equal(EventOutcomeKind.Delivered, _stage.Send(EventStage.Event("e2")).Kind);
        Assert.Equal("e2", _stage.Take(EventStage.WaitOf("a", 2)));
    }

    [Fact]
    public void Take_OfTheNextTry_FindsWhatCameWhileTheLastOneTimedOut()
    {
        _stage.Take(A);
        Assert.Equal(EventOutcomeKind.Delivered, _stage.Send().Kind);
        _stage.EndTry(A);

        Assert.Equal("e1", _stage.Take(EventStage.WaitOf("a", 2)));
    }

    [Fact]
    public void Exclusive_OfTwoWaits_OneTakesAnEvent()
    {
        var (a, b) = (EventStage.WaitOf("a", exclusive: true), EventStage.WaitOf("b", exclusive: true));
        _stage.Take(a);
        _stage.Take(b);

        Assert.Equal(new EventOutcome(EventOutcomeKind.Delivered, 1), _stage.Send());
        Assert.Equal(("e1", null), (_stage.Take(b), _stage.Take(a)));
        Assert.Equal(new EventOutcome(EventOutcomeKind.Delivered, 1), _stage.Send(EventStage.Event("e2")));
        Assert.Equal(("e1", "e2"), (_stage.Take(b), _stage.Take(a)));
    }

    [Fact]
    public void Exclusive_BesideAWaitThatIsNot_BothTakeIt()
    {
        var alone = EventStage.WaitOf("a", exclusive: true);
        _stage.Take(alone);
        _stage.Take(B);

        Assert.Equal(new EventOutcome(EventOutcomeKind.Delivered, 2), _stage.Send());
        Assert.Equal(("e1", "e1"), (_stage.Take(alone), _stage.Take(B)));
    }

    [Fact]
    public void Exclusive_OfAKeptEvent_OnlyTheFirstTakesIt()
    {
        _stage.Send();

        Assert.Equal("e1", _stage.Take(EventStage.WaitOf("a", exclusive: true)));
        Assert.Null(_stage.Take(EventStage.WaitOf("b", exclusive: true)));
    }

    [Fact]
    public void Exclusive_OfTwoEventsToOneWait_TheSecondIsForTheNextWait()
    {
        var (a, b) = (EventStage.WaitOf("a", exclusive: true), EventStage.WaitOf("b", exclusive: true));
        _stage.Take(a);
        _stage.Send();
        _stage.Send(EventStage.Event("e2"));
        Assert.Null(_stage.Take(b));

        var first = _stage.Take(a);
        Assert.Equal(1, _stage.Wakes(b));
        Assert.Equal(["e1", "e2"], new[] { first, _stage.Take(b) }.Order());
    }

    [Fact]
    public void Sweep_WhenEventsHaveExpiredAndRunsHaveEnded_LeavesNothing()
    {
        _stage.Take(A);
        _stage.Send();
        _stage.Take(A);
        _stage.EndTry(A);
        Assert.Equal(0, _stage.Simulator.Run(() => _stage.Sweep.RunOnceAsync()));

        // The run is not over, so that its wait is still known.
        Pass(TimeSpan.FromDays(9));
        Assert.Equal(1, _stage.Simulator.Run(() => _stage.Sweep.RunOnceAsync()));
        Assert.Equal(EventOutcomeKind.Late, _stage.Send(EventStage.Event("e2")).Kind);

        _stage.EndRun("a");
        Pass(TimeSpan.FromDays(30));
        _stage.Simulator.Run(() => _stage.Sweep.RunOnceAsync());
        Assert.DoesNotContain(_stage.Store.Paths, path => path.StartsWith("events", StringComparison.Ordinal) || path.StartsWith("waits", StringComparison.Ordinal));
    }

    [Fact]
    public void List_OfAKey_ShowsEventsAndOpenWaits()
    {
        _stage.Take(A);
        _stage.Send();
        _stage.Send(EventStage.Event() with { Name = "rejected" });

        var (events, waits) = _stage.Simulator.Run(async () => (await _stage.Client.ListAsync(EventStage.Key).ToListAsync(), await _stage.Client.WaitsAsync(EventStage.Key).ToListAsync()));
        Assert.Equal([("approved", EventOutcomeKind.Delivered), ("rejected", EventOutcomeKind.Kept)], events.Select(each => (each.Name, each.Outcome!.Value)));
        Assert.Equal(("approved", "a/wait/1"), (Assert.Single(waits).Name, waits[0].AttemptId));
    }

    [Theory]
    [InlineData("has space", "k", "i", 1)]
    [InlineData("n", "", "i", 1)]
    [InlineData("n", "k", "line\nbreak", 1)]
    [InlineData("n", "k", "i", 0)]
    [InlineData("n", "k", "i", 91)]
    public void Send_OfWhatNoEventMayBe_IsRefused(string name, string key, string id, int days)
    {
        var refused = Assert.Throws<UpdraftException>(() => _stage.Send(new EventMessage { Name = name, Key = key, Id = id, TimeToLive = TimeSpan.FromDays(days) }));

        Assert.Equal(EventErrors.Refused, refused.Code);
    }

    [Fact]
    public void Send_OfTooMuchData_IsRefused() =>
        Assert.Equal(EventErrors.Refused, Assert.Throws<UpdraftException>(() => _stage.Send(EventStage.Event(data: new string('x', EventMessage.MaxData)))).Code);

    private void Pass(TimeSpan time) => _stage.Simulator.Run(() => Task.Delay(time, _stage.Simulator.Time), time + TimeSpan.FromDays(1));
}
