using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>Claims in memory: one process runs every activity, and history runs them again after it died.</summary>
internal sealed class EmbeddedAttemptHost(CancellationToken stopping) : IAttemptHost
{
    private readonly Dictionary<string, Claim> _claims = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<IAttempt?> ClaimAsync(string attemptId, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_claims)
        {
            if (_claims.ContainsKey(attemptId)) return Task.FromResult<IAttempt?>(null);
            var claim = new Claim(this, attemptId, stopping);
            _claims.Add(attemptId, claim);
            return Task.FromResult<IAttempt?>(claim);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> StopAsync(string attemptId, CancellationToken cancellation = default)
    {
        Claim? claim;
        lock (_claims)
        {
            if (!_claims.TryGetValue(attemptId, out claim)) return false;
        }
        await claim.StopAsync();
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> WaitForReleaseAsync(string attemptId, CancellationToken cancellation = default)
    {
        Claim? claim;
        lock (_claims)
        {
            if (!_claims.TryGetValue(attemptId, out claim)) return true;
        }
        await claim.Released.WaitAsync(cancellation);
        return true;
    }

    private sealed class Claim(EmbeddedAttemptHost host, string id, CancellationToken hostStopping) : IAttempt
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(hostStopping);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _stopRequested;

        public string Id => id;

        public CancellationToken Stopping => _stop.Token;

        public bool StopRequested => _stopRequested;

        public bool IsLost => false;

        public Task Released => _released.Task;

        public async Task StopAsync()
        {
            _stopRequested = true;
            try
            {
                await _stop.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It ended of its own accord just now.
            }
        }

        public ValueTask DisposeAsync()
        {
            lock (host._claims)
            {
                if (host._claims.TryGetValue(id, out var held) && held == this) host._claims.Remove(id);
            }
            _stop.Dispose();
            _released.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
