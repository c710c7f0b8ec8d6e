using Updraft.Orchestration;

namespace Updraft.Azure;

/// <summary>A claim that this process holds: it keeps renewing it until it is given back.</summary>
internal sealed class Claim : IAttempt
{
    // Giving back is worth no longer wait: the claim runs out by itself.
    private static readonly TimeSpan GiveBackWithin = TimeSpan.FromSeconds(10);

    private readonly ClaimKeeper _keeper;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenSource _unrenewed;
    private readonly CancellationTokenSource _stop;
    private Task _keeping = Task.CompletedTask;
    private volatile bool _stopRequested;
    private int _disposed;

    public Claim(ClaimKeeper keeper, TimeProvider time, CancellationToken hostStopping)
    {
        (_keeper, _time) = (keeper, time);
        _unrenewed = new(ClaimTimes.GiveUp, time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(hostStopping, _unrenewed.Token);
    }

    /// <summary>Raised once it is given back.</summary>
    public event Action? Ended;

    public string Id => _keeper.AttemptId;

    public CancellationToken Stopping => _stop.Token;

    public bool StopRequested => _stopRequested;

    public bool IsLost { get; private set; }

    public void Begin() => _keeping = KeepAsync();

    public async Task StopAsync()
    {
        _stopRequested = true;
        await CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await _over.CancelAsync();
        await _keeping;
        Ended?.Invoke();
        using (var soon = new CancellationTokenSource(GiveBackWithin, _time))
        {
            try
            {
                IsLost = !await _keeper.GiveBackAsync(soon.Token);
            }
            catch (Exception exception)
            {
                IsLost = _keeper.MayBeLost;
                ClaimLogs.NotGivenBack(_keeper.Log, Id, exception);
            }
        }
        _stop.Dispose();
        _unrenewed.Dispose();
        _over.Dispose();
    }

    private async Task KeepAsync()
    {
        using var registration = _unrenewed.Token.Register(() => ClaimLogs.GaveUp(_keeper.Log, Id));
        while (await WaitAsync().ConfigureAwait(false)) // It goes on by itself, wherever it was begun.
        {
            try
            {
                var state = await _keeper.LookAsync(_over.Token).ConfigureAwait(false);
                if (state is ClaimState.Lost)
                {
                    ClaimLogs.Lost(_keeper.Log, Id);
                    await CancelAsync();
                    return;
                }
                if (_unrenewed.IsCancellationRequested) continue; // The work is being stopped; the claim is kept until it has.
                _unrenewed.CancelAfter(_keeper.Renewed + ClaimTimes.GiveUp - _time.GetUtcNow());
                if (state is ClaimState.Stop) await StopAsync();
            }
            catch (OperationCanceledException) when (_over.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                ClaimLogs.NotRenewed(_keeper.Log, Id, _keeper.Renewed + ClaimTimes.GiveUp, exception);
            }
        }
    }

    /// <summary>Waits until it looks again; false when the claim is given back.</summary>
    private async Task<bool> WaitAsync()
    {
        await Task.Delay(ClaimTimes.Look, _time, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_over.IsCancellationRequested;
    }

    private async Task CancelAsync()
    {
        try
        {
            await _stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended of its own accord just now.
        }
    }
}
