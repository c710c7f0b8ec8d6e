using System.Collections.Concurrent;

namespace Updraft.Orchestration;

/// <summary>Tells those who wait in this process that something has changed. A convenience: what is stored is the truth. Nothing is kept of what nobody waits for.</summary>
public abstract class Notices
{
    private readonly ConcurrentDictionary<string, Bell> _bells = new(StringComparer.Ordinal);

    /// <summary>How much is waited for.</summary>
    internal int Count => _bells.Count;

    /// <summary>Waits for the next change, from now on. Ask before you look at what is stored, and dispose of it after.</summary>
    public Notice Next(string of)
    {
        while (true)
        {
            var bell = _bells.GetOrAdd(of, static _ => new Bell());
            if (bell.Join()) return new Notice(this, of, bell);
            _bells.TryRemove(KeyValuePair.Create(of, bell));
        }
    }

    private protected void Ring(string of)
    {
        if (_bells.TryRemove(of, out var bell)) bell.Rung.TrySetResult();
    }

    /// <summary>A wait for one change.</summary>
    public sealed class Notice : IDisposable
    {
        private readonly Notices _notices;
        private readonly string _of;
        private Bell? _bell;

        internal Notice(Notices notices, string of, Bell bell) => (_notices, _of, _bell, Task) = (notices, of, bell, bell.Rung.Task);

        /// <summary>Completes with the change.</summary>
        public Task Task { get; }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bell, null) is { } bell && bell.Leave()) _notices._bells.TryRemove(KeyValuePair.Create(_of, bell));
        }
    }

    /// <summary>What all wait for who wait for the same.</summary>
    internal sealed class Bell
    {
        private const int Gone = -1;
        private int _waiting;

        public TaskCompletionSource Rung { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>False when the last one has left, who is about to take it away.</summary>
        public bool Join()
        {
            for (var waiting = Volatile.Read(ref _waiting); waiting != Gone;)
            {
                var before = Interlocked.CompareExchange(ref _waiting, waiting + 1, waiting);
                if (before == waiting) return true;
                waiting = before;
            }
            return false;
        }

        /// <summary>True for the last.</summary>
        public bool Leave() => Interlocked.Decrement(ref _waiting) == 0 && Interlocked.CompareExchange(ref _waiting, Gone, 0) == 0;
    }
}
