using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Claims in memory.</summary>
internal sealed class FakeAttemptHost : IAttemptHost
{
    private readonly Dictionary<string, Attempt> _held = [];

    public Task<IAttempt?> ClaimAsync(string attemptId, CancellationToken cancellation = default)
    {
        lock (_held)
        {
            var attempt = new Attempt(attemptId, this);
            return Task.FromResult<IAttempt?>(_held.TryAdd(attemptId, attempt) ? attempt : null);
        }
    }

    public Task<bool> StopAsync(string attemptId, CancellationToken cancellation = default)
    {
        lock (_held)
        {
            if (!_held.TryGetValue(attemptId, out var attempt)) return Task.FromResult(false);
            attempt.Stop(requested: true);
            return Task.FromResult(true);
        }
    }

    public Task<bool> WaitForReleaseAsync(string attemptId, CancellationToken cancellation = default)
    {
        Waited++;
        lock (_held) return _held.TryGetValue(attemptId, out var attempt) ? attempt.Over.Task : Task.FromResult(true);
    }

    /// <summary>How often somebody waited for another's result.</summary>
    public int Waited { get; private set; }

    /// <summary>Whoever holds an attempt dies.</summary>
    public void Die(string attemptId)
    {
        lock (_held)
        {
            if (_held.Remove(attemptId, out var attempt)) attempt.Over.TrySetResult(false);
        }
    }

    /// <summary>Another worker takes the claim away.</summary>
    public void TakeOver(string attemptId)
    {
        lock (_held) _held[attemptId].Stop(requested: false);
    }

    private sealed class Attempt(string id, FakeAttemptHost host) : IAttempt
    {
        private readonly CancellationTokenSource _stopping = new();

        public string Id => id;

        public CancellationToken Stopping => _stopping.Token;

        public bool StopRequested { get; private set; }

        public bool IsLost { get; private set; }

        /// <summary>Whether it was given back, and not left.</summary>
        public TaskCompletionSource<bool> Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Stop(bool requested)
        {
            StopRequested |= requested;
            IsLost |= !requested;
            _ = _stopping.CancelAsync();
        }

        public ValueTask DisposeAsync()
        {
            lock (host._held)
            {
                if (host._held.Remove(id)) Over.TrySetResult(true);
            }
            return ValueTask.CompletedTask;
        }
    }
}
