namespace Updraft.Orchestration.Tests;

/// <summary>Sender and waiter cut into each other at every operation of the store: no event is lost, none is taken twice, all agree.</summary>
public sealed class EventRaceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SenderAndWaiter_OneRunningInBetweenTheOther_AtEveryOperation(bool senderFirst)
    {
        for (var k = 0; ; k++)
        {
            var stage = new EventStage();
            var wait = EventStage.WaitOf("a");
            stage.Open(wait);
            EventOutcome? sent = null;
            TakenEvent? taken = null;
            Func<Task> send = async () => sent = await stage.Client.SendAsync(EventStage.Event());
            Func<Task> take = async () => taken = await stage.Waits.TakeAsync(wait);

            var cut = stage.Simulator.Run(() => CutInAsync(stage, k, senderFirst ? send : take, senderFirst ? take : send));

            Assert.NotEqual(EventOutcomeKind.Late, sent!.Kind);
            if (taken is null) Assert.True(stage.Wakes(wait) == 1, $"nobody wakes the wait (cut at {k})");
            Assert.Equal("e1", stage.Take(wait));
            if (!cut) break;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SenderAndSecondWaiter_AfterAWaitThatIsOver_AgreeWhetherItIsLate(bool senderFirst)
    {
        for (var k = 0; ; k++)
        {
            var stage = new EventStage();
            var (over, wait) = (EventStage.WaitOf("a"), EventStage.WaitOf("b"));
            stage.Take(over);
            stage.EndTry(over);
            stage.Open(wait);
            EventOutcome? sent = null;
            Func<Task> send = async () => sent = await stage.Client.SendAsync(EventStage.Event());
            Func<Task> take = () => stage.Waits.TakeAsync(wait);

            var cut = stage.Simulator.Run(() => CutInAsync(stage, k, senderFirst ? send : take, senderFirst ? take : send));

            Assert.NotEqual(EventOutcomeKind.Kept, sent!.Kind);
            Assert.Equal(sent.Kind is EventOutcomeKind.Late ? null : "e1", stage.Take(wait));
            if (!cut) break;
        }
    }

    [Fact]
    public void SendersAndExclusiveWaiters_InAnyOrder_EachEventGoesToOne()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var stage = new EventStage(seed);
            EventWait[] waits = [.. Enumerable.Range(0, 3).Select(i => EventStage.WaitOf($"r{i}", exclusive: true))];
            foreach (var wait in waits) stage.Open(wait);

            stage.Simulator.Run(() => Task.WhenAll(
                [.. waits.Select(wait => stage.Waits.TakeAsync(wait)), .. Enumerable.Range(0, 2).Select(i => (Task)stage.Client.SendAsync(EventStage.Event($"e{i}")))]));

            var taken = waits.Select(stage.Take).Concat(waits.Select(stage.Take)).OfType<string>().Order(StringComparer.Ordinal).ToList();
            Assert.Equal(["e0", "e0", "e1", "e1"], taken);
        }
    }

    [Fact]
    public void SendersAndWaiters_InAnyOrder_LoseNothing()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var stage = new EventStage(seed);
            EventWait[] waits = [EventStage.WaitOf("a"), EventStage.WaitOf("b"), EventStage.WaitOf("a", task: "other")];
            foreach (var wait in waits) stage.Open(wait);
            var outcomes = new List<EventOutcome>();

            stage.Simulator.Run(() => Task.WhenAll(
                [.. waits.Select(wait => stage.Waits.TakeAsync(wait)), .. Enumerable.Range(0, 2).Select(async _ => outcomes.Add(await stage.Client.SendAsync(EventStage.Event())))]));

            // Delivered goes to those who waited then; kept goes to all.
            var sent = Assert.Single(outcomes, outcome => outcome.Kind is not EventOutcomeKind.Duplicate);
            var taken = waits.Count(wait => stage.Take(wait) == "e1");
            Assert.Equal(sent.Kind is EventOutcomeKind.Kept ? 3 : sent.Waits, taken);
        }
    }

    [Fact]
    public void Sender_DyingAtEveryWrite_IsMadeGoodByItsRepetition()
    {
        for (var k = 0; ; k++)
        {
            var stage = new EventStage();
            var (a, b) = (EventStage.WaitOf("a"), EventStage.WaitOf("b"));
            stage.Take(a);
            stage.Take(b);
            var died = Die(stage, k, () => stage.Send());

            var again = stage.Send();
            Assert.Equal(2, again.Waits);
            Assert.Equal((1, 1), (stage.Wakes(a), stage.Wakes(b)));
            Assert.Equal(("e1", "e1"), (stage.Take(a), stage.Take(b)));
            if (!died) break;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Waiter_DyingAtEveryWrite_TakesTheSameEventAgain(bool exclusive)
    {
        for (var k = 0; ; k++)
        {
            var stage = new EventStage();
            stage.Send();
            var (a, b) = (EventStage.WaitOf("a", exclusive: exclusive), EventStage.WaitOf("b", exclusive: true));
            stage.Open(a);
            var died = Die(stage, k, () => stage.Take(a));

            // Where it died before it took the event alone, another may have it.
            var other = stage.Take(b);
            Assert.Equal(exclusive && other is not null ? null : "e1", stage.Take(a));
            if (!died) break;
        }
    }

    private static bool Die(EventStage stage, int k, Action code)
    {
        var died = stage.DieAtWrite(k);
        try
        {
            code();
        }
        catch (IOException)
        {
            // The rest of it never happens.
        }
        return died();
    }

    /// <summary>Stops one before its k-th operation of the store until the other is done. False when there was no such operation.</summary>
    private static async Task<bool> CutInAsync(EventStage stage, int k, Func<Task> first, Func<Task> second)
    {
        var (met, cut) = (0, false);
        stage.Store.Gate = async _ =>
        {
            if (met++ != k) return;
            cut = true;
            stage.Store.Gate = null;
            await second();
        };
        await first();
        stage.Store.Gate = null;
        if (!cut) await second();
        return cut;
    }
}
