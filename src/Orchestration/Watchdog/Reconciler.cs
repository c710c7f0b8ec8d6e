using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Repairs what a crash or a lost hint left undone. It lists the markers of open actors, and reads what is untold, what has been opened since
/// it last looked, and a fixed number of the others, in turn. Not thread-safe: one at a time.
/// </summary>
public sealed class Reconciler(IStateStore store, IOrchestrationClient orchestrations, ActorClient actors, TimeProvider clock)
{
    /// <summary>What is younger than this is still being done by whoever began it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Open actors that were seen to have started, and are looked at again in one pass: 60,000 in ten hours.</summary>
    public const int LooksAgain = 100;

    /// <summary>A marker this old whose actor was never created is left from a start that was given up.</summary>
    private static readonly TimeSpan GivenUp = TimeSpan.FromHours(1);

    /// <summary>Open markers whose actor was seen to have started, with the etag that each marker had then.</summary>
    private Dictionary<string, string> _started = new(StringComparer.Ordinal);

    private readonly List<string> _problems = [];

    /// <summary>The marker that was looked at again last.</summary>
    private string _looked = "";

    /// <summary>What the ids of the orchestrations of all open actors have in common, as of the last pass.</summary>
    internal IReadOnlySet<string> OpenHashes => _started.Keys.Select(marker => ActorInstanceId.HashOf(ActorInstanceId.Of(ActorPaths.OfOpen(marker), 1))).ToHashSet(StringComparer.Ordinal);

    /// <summary>Hints again to those that were told something and have not taken it, and starts those that were opened and do not run.</summary>
    public async Task<Reconciled> RunOnceAsync(CancellationToken cancellation = default)
    {
        _problems.Clear();
        return new(await HintAgainAsync(cancellation), await StartMissingAsync(cancellation), [.. _problems]);
    }

    private async Task<int> HintAgainAsync(CancellationToken cancellation)
    {
        var until = ActorPaths.UntoldMarkers + (clock.GetUtcNow() - Patience).UtcTicks.ToString("D19", CultureInfo.InvariantCulture);
        var hinted = new HashSet<ActorId>();
        await foreach (var listed in store.ListAsync(ActorPaths.UntoldMarkers, null, cancellation))
        {
            if (string.CompareOrdinal(listed.Path, until) > 0) break;
            await TryAsync(listed.Path, async () =>
            {
                if (await store.GetAsync<UntoldMarker>(listed.Path, cancellation) is not { Value: var marker }) return true;
                if (await store.GetAsync(ActorPaths.Entry(marker.Id, marker.EntryId), cancellation) is null) await store.DeleteAsync(listed.Path, listed.ETag, cancellation);
                else if (hinted.Add(marker.Id)) await actors.WakeAsync(marker.Id, ensureStarted: true, cancellation);
                return true;
            });
        }
        return hinted.Count;
    }

    private async Task<int> StartMissingAsync(CancellationToken cancellation)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        var (started, again) = (0, LooksAgain);
        await foreach (var listed in store.ListAsync(ActorPaths.OpenMarkers, null, cancellation))
        {
            var known = _started.GetValueOrDefault(listed.Path) == listed.ETag;
            if (known && (again == 0 || string.CompareOrdinal(listed.Path, _looked) <= 0))
            {
                seen[listed.Path] = listed.ETag;
                continue;
            }
            if (known) (_looked, again) = (listed.Path, again - 1);
            var isThere = await TryAsync(listed.Path, () => known ? IsThereAsync(listed, cancellation) : IsStartedAsync(listed, cancellation));
            if (isThere is not false) seen[listed.Path] = listed.ETag;
            if (isThere is null) started++;
        }
        if (again > 0) _looked = "";
        _started = seen;
        return started;
    }

    /// <summary>What one actor's documents say must not keep the others from being looked after. False when it failed.</summary>
    private async Task<bool?> TryAsync(string path, Func<Task<bool?>> look)
    {
        try
        {
            return await look();
        }
        catch (Exception exception) when (exception is JsonException or Dags.UpdraftException { Code: ActorErrors.NewerDocument or ActorErrors.UnknownKind })
        {
            _problems.Add($"{path}: {exception.Message}");
            return false;
        }
    }

    /// <summary>Whether an actor whose marker is new has started: false when that is not known yet, null when it has just been done here.</summary>
    private async Task<bool?> IsStartedAsync(DocumentEntry listed, CancellationToken cancellation)
    {
        if (await store.GetAsync<OpenMarker>(listed.Path, cancellation) is not { Value: var marker } || Age(marker) < Patience) return false;
        if (await actors.EnsureStartedAsync(marker.Id, cancellation) is { } isNew) return isNew ? null : true;
        var head = await actors.GetHeadAsync(marker.Id, cancellation);
        if (head is { Final: true } or { SetAside: not null } || Age(marker) > GivenUp) await store.DeleteAsync(listed.Path, listed.ETag, cancellation);
        return false;
    }

    /// <summary>Whether an actor that has started is still driven: false when it has ended, null when its orchestration was gone and runs again.</summary>
    private async Task<bool?> IsThereAsync(DocumentEntry listed, CancellationToken cancellation)
    {
        var id = ActorPaths.OfOpen(listed.Path);
        var head = await actors.GetHeadAsync(id, cancellation);
        if (head is { Final: true } or { SetAside: not null })
        {
            await store.DeleteAsync(listed.Path, listed.ETag, cancellation);
            return false;
        }
        var instance = await orchestrations.GetInstanceAsync(ActorInstanceId.Of(id, head?.Generation ?? 1), cancellation);
        if (instance is null) return await actors.EnsureStartedAsync(id, cancellation) is { } isNew ? isNew ? null : true : false;
        if (instance.RuntimeStatus is not OrchestrationRuntimeStatus.Completed) return true;
        // It may have ended between the two looks; then the actor has too, or is in its next generation.
        return await actors.ReopenAsync(id, head?.Generation ?? 1, cancellation) ? null : true;
    }

    private TimeSpan Age(OpenMarker marker) => clock.GetUtcNow() - marker.At;
}

/// <summary>What a pass of <see cref="Reconciler"/> repaired.</summary>
/// <param name="Hinted">Actors that were told something and had not taken it.</param>
/// <param name="Started">Open actors without an orchestration.</param>
/// <param name="Problems">Documents that could not be read.</param>
public sealed record Reconciled(int Hinted, int Started, ImmutableArray<string> Problems);
