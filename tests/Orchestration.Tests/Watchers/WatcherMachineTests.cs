using System.Text.Json;

namespace Updraft.Orchestration.Tests;

public sealed class WatcherMachineTests
{
    private static readonly ActorId Self = WatcherPaths.Of("k");
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly WatcherMachine _machine = new(Self, new());

    [Fact]
    public void Look_WithSomebodyWaiting_SetsTheTimeOfTheNextAndStoresItAtOnce()
    {
        Assert.IsType<CallEffect>(Assert.Single(Feed(new Started())));

        var effects = Feed(Looked(waiters: 3, after: TimeSpan.FromMinutes(1)));

        Assert.Equal(Now.AddMinutes(1), effects.OfType<TimerEffect>().Single().At);
        Assert.Single(effects.OfType<PublishEffect>());
        Assert.False(_machine.IsFinal);
        Assert.Equal((Now.AddMinutes(1), 3), (Stored().NextAt!.Value, Stored().Waiters));
    }

    [Fact]
    public void Look_WithNobodyWaiting_Ends()
    {
        Feed(new Started());
        Feed(Looked(waiters: 0));

        Assert.True(_machine.IsFinal);
    }

    [Fact]
    public void Join_DuringALook_LooksOnceMoreBeforeAnythingElse()
    {
        Feed(new Started());
        Assert.Empty(Feed(Join(1)));
        Assert.Empty(Feed(Join(2)));

        var effects = Feed(Looked(waiters: 0));

        Assert.Single(effects.OfType<CallEffect>());
        Assert.False(_machine.IsFinal);
        Feed(Looked(waiters: 0));
        Assert.True(_machine.IsFinal);
    }

    [Fact]
    public void Join_WhileItWaits_TakesTheTimeOfTheNextLookBackBeforeItLooks()
    {
        Feed(new Started());
        Feed(Looked(waiters: 1, after: TimeSpan.FromHours(1)));
        Stored();

        var effects = Feed(Join(1));

        Assert.True(effects.OfType<CallEffect>().Single().AfterPublish);
        Assert.Null(Stored().NextAt);
    }

    [Fact]
    public void Join_AfterItsEnd_LooksAgain()
    {
        Feed(new Started());
        Feed(Looked(waiters: 0));

        Assert.Single(Feed(Join(1)).OfType<CallEffect>());
        Assert.False(_machine.IsFinal);
    }

    [Fact]
    public void Look_ThatThrows_IsMadeAgainLaterAndLater()
    {
        Feed(new Started());
        var waits = new List<TimeSpan>();
        for (var n = 0; n < 15; n++)
        {
            waits.Add(Feed(new Threw("look", "IOException", "the storage is away")).OfType<TimerEffect>().Single().At - Now);
            Feed(new Fired("next"));
        }

        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)), (waits[0], waits[^1]));
        Assert.Equal(waits.Order(), waits);
    }

    [Fact]
    public void Start_FromItsDocument_WaitsForTheLookThatWasDueOrLooks()
    {
        Feed(new Started());
        Feed(Looked(waiters: 1, after: TimeSpan.FromMinutes(5)));
        var waiting = Stored();

        Assert.Equal(Now.AddMinutes(5), Assert.IsType<TimerEffect>(Assert.Single(Feed(new(Self, waiting), new Started()))).At);
        Assert.IsType<CallEffect>(Assert.Single(Feed(new(Self, waiting with { NextAt = null }), new Started())));
        Assert.IsType<CallEffect>(Assert.Single(Feed(new(Self, waiting with { NextAt = null, EndedAt = Now }), new Started())));
    }

    private WatcherState Stored() => _machine.TakeChanges() is { } changes ? _stored = WatcherState.Read(changes.Body) : _stored!;

    private WatcherState? _stored;

    private List<Effect> Feed(Message message) => Feed(_machine, message);

    private static List<Effect> Feed(WatcherMachine machine, Message message)
    {
        var effects = new Effects();
        machine.Handle(message, Now, effects);
        return [.. effects.List.Where(effect => effect is not CancelTimerEffect)];
    }

    private static Told Join(int number) => new($"join-{number}", WatcherCommands.Join, NoBody.Json);

    [Fact]
    public void Look_ThatOnlyCountsWhoWaits_KeepsWhyTheLastOneFailed()
    {
        Feed(new Started());
        Feed(Looked(waiters: 1, after: TimeSpan.FromMinutes(1), error: "the disk is away"));
        Feed(Join(1));

        Feed(Looked(waiters: 2, after: TimeSpan.FromMinutes(1)));

        Assert.Equal("the disk is away", Stored().Error);
        Feed(Join(2));
        Feed(Looked(waiters: 2, after: TimeSpan.FromMinutes(1), pokes: 2));
        Assert.Null(Stored().Error);
    }

    private static Returned Looked(int waiters, TimeSpan after = default, string? error = null, int pokes = 1) =>
        new("look", JsonSerializer.SerializeToElement(new WatchedConditions { Waiters = waiters, Conditions = waiters, PokedAt = Now, Pokes = pokes, Error = error, NextAfter = after }, OrchestrationJson.Options));
}
