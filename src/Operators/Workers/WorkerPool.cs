namespace Updraft.Operators;

/// <summary>
/// Workers that wait for their next task. One is handed to one task at a time; after a minute without any it ends. There is a bound on all of
/// them, idle or not: beyond it the one that has waited longest makes room, and when none is idle, the task waits.
/// </summary>
/// <param name="time">The clock of the minute.</param>
/// <param name="max">Most workers at once, 1 or more.</param>
internal sealed class WorkerPool(TimeProvider time, int max) : IAsyncDisposable
{
    /// <summary>How long a worker waits for its next task.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The workers of this process.</summary>
    public static readonly WorkerPool OfProcess = new(TimeProvider.System, 4 * Environment.ProcessorCount);

    private readonly SemaphoreSlim _places = new(max);
    private readonly Lock _lock = new();
    private readonly List<(ScriptWorker Worker, DateTimeOffset Since)> _idle = [];
    private ITimer? _timer;
    private int _busy;

    /// <summary>Workers that wait.</summary>
    public int Idle
    {
        get { lock (_lock) return _idle.Count; }
    }

    /// <summary>A worker for one task. It must be given back.</summary>
    public async Task<ScriptWorker> TakeAsync(WorkerSetup setup, CancellationToken stop)
    {
        await _places.WaitAsync(stop);
        try
        {
            ScriptWorker? found, evicted = null;
            List<ScriptWorker> dead;
            lock (_lock)
            {
                dead = Remove(entry => !entry.Worker.IsFit);
                found = Remove(entry => entry.Worker.Key == setup.Key, last: true);
                if (found is null && _idle.Count > 0 && _idle.Count + _busy >= max) evicted = Remove(_ => true, last: false);
                _busy++;
            }
            foreach (var worker in evicted is null ? dead : [.. dead, evicted]) await worker.EndAsync(TimeSpan.Zero);
            return found ?? ScriptWorker.Start(setup, TimeProvider.System);
        }
        catch
        {
            _places.Release();
            lock (_lock) _busy--;
            throw;
        }
    }

    /// <summary>Takes a worker back. It is ended first unless another task may follow.</summary>
    public async Task ReturnAsync(ScriptWorker worker, bool keep, TimeSpan grace)
    {
        try
        {
            if (!keep || !worker.IsFit) await worker.EndAsync(grace);
            else Keep(worker);
        }
        finally
        {
            lock (_lock) _busy--;
            _places.Release();
        }
    }

    /// <summary>Ends all that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        List<ScriptWorker> all;
        lock (_lock)
        {
            all = Remove(_ => true);
            _timer?.Dispose();
        }
        foreach (var worker in all) await worker.EndAsync(TimeSpan.Zero);
    }

    private void Keep(ScriptWorker worker)
    {
        lock (_lock)
        {
            _idle.Add((worker, time.GetUtcNow()));
            _timer ??= time.CreateTimer(_ => _ = EndIdleAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (_idle.Count == 1) _timer.Change(Patience, Timeout.InfiniteTimeSpan);
        }
    }

    internal async Task EndIdleAsync()
    {
        List<ScriptWorker> ended;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            ended = Remove(entry => now - entry.Since >= Patience);
            if (_idle.Count > 0) _timer!.Change(_idle[0].Since + Patience - now, Timeout.InfiniteTimeSpan);
        }
        foreach (var worker in ended) await worker.EndAsync(TimeSpan.Zero);
    }

    private List<ScriptWorker> Remove(Func<(ScriptWorker Worker, DateTimeOffset Since), bool> which)
    {
        var found = _idle.Where(which).ToList();
        _idle.RemoveAll(entry => found.Contains(entry));
        return [.. found.Select(entry => entry.Worker)];
    }

    // The one that waited least is the warmest; the one that waited longest is missed least.
    private ScriptWorker? Remove(Func<(ScriptWorker Worker, DateTimeOffset Since), bool> which, bool last)
    {
        var at = last ? _idle.FindLastIndex(entry => which(entry)) : _idle.FindIndex(entry => which(entry));
        if (at < 0) return null;
        var worker = _idle[at].Worker;
        _idle.RemoveAt(at);
        return worker;
    }
}
