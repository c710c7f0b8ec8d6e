namespace Updraft.Orchestration;

/// <summary>
/// Repairs what a crash or a lost hint left undone. Its cost follows what is untold and what has been opened since it last looked, not what
/// waits. Not thread-safe: one at a time.
/// </summary>
public sealed class Reconciler(IStateStore store, ActorClient actors, TimeProvider clock)
{
    /// <summary>What is younger than this is still being done by whoever began it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A marker this old whose actor was never created is left from a start that was given up.</summary>
    private static readonly TimeSpan GivenUp = TimeSpan.FromHours(1);

    /// <summary>Open markers whose actor was seen to have started, with the etag that each marker had then.</summary>
    private Dictionary<string, string> _started = new(StringComparer.Ordinal);

    /// <summary>Hints again to those that were told something and have not taken it, and starts those that were opened and not started.</summary>
    public async Task RunOnceAsync(CancellationToken cancellation = default)
    {
        await HintAgainAsync(cancellation);
        await StartMissingAsync(cancellation);
    }

    private async Task HintAgainAsync(CancellationToken cancellation)
    {
        var until = ActorPaths.UntoldMarkers + (clock.GetUtcNow() - Patience).UtcTicks.ToString("D19", System.Globalization.CultureInfo.InvariantCulture);
        var hinted = new HashSet<ActorId>();
        await foreach (var listed in store.ListAsync(ActorPaths.UntoldMarkers, null, cancellation))
        {
            if (string.CompareOrdinal(listed.Path, until) > 0) break;
            if (await store.GetAsync<UntoldMarker>(listed.Path, cancellation) is not { Value: var marker }) continue;
            if (await store.GetAsync(ActorPaths.Entry(marker.Id, marker.EntryId), cancellation) is null) await store.DeleteAsync(listed.Path, listed.ETag, cancellation);
            else if (hinted.Add(marker.Id)) await actors.WakeAsync(marker.Id, ensureStarted: true, cancellation);
        }
    }

    private async Task StartMissingAsync(CancellationToken cancellation)
    {
        var started = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var listed in store.ListAsync(ActorPaths.OpenMarkers, null, cancellation))
        {
            if (_started.GetValueOrDefault(listed.Path) == listed.ETag || await IsStartedAsync(listed, cancellation)) started[listed.Path] = listed.ETag;
        }
        _started = started;
    }

    private async Task<bool> IsStartedAsync(DocumentEntry listed, CancellationToken cancellation)
    {
        if (await store.GetAsync<OpenMarker>(listed.Path, cancellation) is not { Value: var marker } || Age(marker) < Patience) return false;
        if (await actors.EnsureStartedAsync(marker.Id, cancellation)) return true;
        var ended = await actors.GetHeadAsync(marker.Id, cancellation) is { Final: true };
        if (ended || Age(marker) > GivenUp) await store.DeleteAsync(listed.Path, listed.ETag, cancellation);
        return false;
    }

    private TimeSpan Age(OpenMarker marker) => clock.GetUtcNow() - marker.At;
}
