namespace Updraft.Orchestration;

/// <summary>
/// Removes waits whose run has ended or is gone, as one that a host noted twice, the second time after it was stopped; and opens a watcher that
/// has ended though somebody waits. It looks at a fixed number in each pass, in turn. Not thread-safe: one pass at a time.
/// </summary>
public sealed class WaitSweep(IStateStore store, ActorClient actors)
{
    /// <summary>Waits that one pass looks at: 100,000 in eight hours.</summary>
    public const int Looks = 200;

    private string? _after;

    /// <summary>One pass.</summary>
    /// <returns>How many waits were removed.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellation = default)
    {
        var (looked, removed) = (0, 0);
        await foreach (var listed in store.ListAsync(WatcherPaths.All, _after, cancellation))
        {
            if (listed.Path.Split('/') is not [_, _, "waiters", _, _, ""]) continue;
            if (looked++ == Looks) return removed;
            _after = listed.Path;
            if (await store.GetAsync<SharedWait>(listed.Path, cancellation) is not { } wait) continue;
            var request = wait.Value.Request;
            if (await IsOpenAsync(request.Parent, cancellation))
            {
                var watcher = WatcherPaths.WatcherOf(listed.Path);
                if (await actors.GetHeadAsync(watcher, cancellation) is { Final: true }) await actors.WakeAsync(watcher, ensureStarted: true, cancellation);
                continue;
            }
            if (!await store.DeleteAsync(listed.Path, wait.ETag, cancellation)) continue;
            await store.DeleteAsync(WatcherPaths.Wait(RunPaths.Of(request.Attempt.RunId).Path, request.Attempt.AttemptId), null, cancellation);
            removed++;
        }
        _after = null;
        return removed;
    }

    private async Task<bool> IsOpenAsync(ActorId parent, CancellationToken cancellation) =>
        await actors.GetRequestAsync(parent, cancellation) is not null && await actors.GetHeadAsync(parent, cancellation) is not { Final: true };
}
