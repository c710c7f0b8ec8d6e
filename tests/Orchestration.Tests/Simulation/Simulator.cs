namespace Updraft.Orchestration.Tests;

/// <summary>
/// A world in one thread: what waits to happen (an answer of the store, a turn, an activity) happens in an order drawn from a seed, and time
/// passes only when nothing else can happen. So every interleaving can be had, and had again.
/// </summary>
internal sealed class Simulator(int seed) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly List<Action> _pending = [];

    public Random Random { get; } = new(seed);

    public SimulatedTime Time { get; } = new();

    /// <summary>Takes the oldest first rather than any.</summary>
    public bool InOrder { get; init; }

    public override void Post(SendOrPostCallback callback, object? state) => _posted.Enqueue((callback, state));

    /// <summary>Something that may happen from now on.</summary>
    public void Add(Action action) => _pending.Add(action);

    /// <summary>Completes when it is this step's turn.</summary>
    public Task StepAsync()
    {
        var step = new TaskCompletionSource();
        Add(step.SetResult);
        return step.Task;
    }

    public bool Chance(double probability) => Random.NextDouble() < probability;

    /// <summary>Runs until something is done, and returns its result. Time passes up to a limit.</summary>
    public T Run<T>(Func<Task<T>> code, TimeSpan? within = null)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = code();
            var end = Time.Now + (within ?? TimeSpan.FromHours(6));
            Until(() => task.IsCompleted, end);
            Assert.True(task.IsCompleted, $"nothing happens any more (seed {seed}, {Time.Now:O})");
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public void Run(Func<Task> code, TimeSpan? within = null) => Run(async () =>
    {
        await code();
        return true;
    }, within);

    /// <summary>Runs until nothing more happens before a time.</summary>
    public void Settle(TimeSpan within)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            Until(() => false, Time.Now + within);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private void Until(Func<bool> done, DateTimeOffset end)
    {
        for (var steps = 0; steps < 2_000_000; steps++)
        {
            while (_posted.TryDequeue(out var posted)) posted.Callback(posted.State);
            if (done()) return;
            if (_pending.Count > 0)
            {
                var at = InOrder ? 0 : Random.Next(_pending.Count);
                var action = _pending[at];
                _pending.RemoveAt(at);
                action();
            }
            else if (!Time.AdvanceToNext(end))
            {
                return;
            }
        }
        Assert.Fail($"it goes on for ever (seed {seed})");
    }
}
