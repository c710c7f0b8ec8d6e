namespace Updraft.FunctionApp.Tests;

/// <summary>Takes every liberty that Durable Task's delivery leaves to a backend, as a seed decides.</summary>
internal sealed class Weakness(int seed)
{
    private readonly Lock _gate = new();
#pragma warning disable CA5394 // Repeatable, not secret.
    private readonly Random _random = new(seed);

    public bool RunsActivityTwice() => OneIn(6);

    public bool CompletesTwice() => OneIn(4);

    public bool EventComesTwice() => OneIn(3);

    public bool EventIsLost() => OneIn(4);

    public bool LosesWhenContinuing() => OneIn(2);

    /// <summary>Whether a start or an event for what is gone is answered with an error, and not in silence.</summary>
    public bool ThrowsWhenGone() => OneIn(2);

    public bool ForgetsFailureDetails() => OneIn(2);

    /// <summary>Whether a turn is taken, and lost before it was stored: it is taken again.</summary>
    public bool LosesTurn() => OneIn(8);

    /// <summary>Takes some of what has come, in any order; what begins an execution is first.</summary>
    public List<HistoryEvent> Pick(List<HistoryEvent> come)
    {
        lock (_gate)
        {
            var some = come.Where(each => each is ExecutionStarted).ToList();
            var others = come.Where(each => each is not ExecutionStarted).ToArray();
            _random.Shuffle(others);
            some.AddRange(others.Take(_random.Next(1, 33)));
            foreach (var each in some) come.Remove(each);
            return some;
        }
    }

    private bool OneIn(int n)
    {
        lock (_gate) return _random.Next(n) == 0;
    }
#pragma warning restore CA5394
}
