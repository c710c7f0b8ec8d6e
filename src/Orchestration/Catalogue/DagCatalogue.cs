using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>
/// The published DAGs. Each has one document, changed only if it is still as it was read, so that no change is lost; what follows from a
/// change is done after it, by whoever made it or by the watchdog. Thread-safe. Every call may be repeated after a failure.
/// </summary>
public sealed class DagCatalogue(IStateStore store, SpecStore specs, ActorClient actors, RunClient runs, IReadOnlyCollection<OperatorManifest> offered, TimeProvider clock, TimeSpan? longestAttempt = null)
{
    private const int MaxName = 200;
    private const int MaxReason = 1_000;
    private const int MaxCached = 256;

    private readonly CatalogueFollowUp _followUp = new(store, actors);

    /// <summary>Versions never change, so what was parsed once is kept.</summary>
    private readonly ConcurrentDictionary<string, TriggerRun> _parsed = new(StringComparer.Ordinal);

    /// <summary>Makes a version the current one. The same content again changes nothing. Runs may be made of it once this returns.</summary>
    /// <exception cref="UpdraftException">The DAG is invalid, asks for what the host lacks, or belongs to another team.</exception>
    public async Task<PublishedDag> PublishAsync(PublishDag publish, CancellationToken cancellation = default)
    {
        CatalogueName.CheckTeam(publish.By.Team);
        CheckCaller(publish.By);
        var name = CatalogueName.Of(publish.Spec.Name, publish.Experiment);
        var version = DagVersion.Of(publish.Spec, publish.Package, publish.Operators, offered, longestAttempt);
        await specs.PutAsync(version.Hash, version.Json, version.Manifests, cancellation);
        return (await ChangeAsync(name, (found, now) => Published(found ?? New(name, now), publish, version, now), publish.By, cancellation))!;
    }

    /// <summary>The document of a DAG; null when none of that name is published.</summary>
    public async Task<PublishedDag?> GetAsync(string name, CancellationToken cancellation = default) =>
        (await store.GetAsync<PublishedDag>(CataloguePaths.Of(CatalogueName.Checked(name)), cancellation))?.Value is { Current: not null } dag ? dag : null;

    /// <summary>All that are published, by name.</summary>
    /// <param name="experimentsOf">Only experiments of this DAG; null for all DAGs and experiments.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<PublishedSummary> ListAsync(string? experimentsOf = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var summary in SummariesAsync(cancellation))
            if (summary.Hash is not null && (experimentsOf is null || (summary.Experiment && summary.Name.StartsWith(experimentsOf + "@", StringComparison.Ordinal)))) yield return summary;
    }

    /// <summary>The versions of a DAG, newest first; also of one that was removed.</summary>
    public async IAsyncEnumerable<PublishedVersion> VersionsAsync(string name, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var current = await GetAsync(name, cancellation);
        // The current version's own entry may still be owed.
        if (current is { Current: { } newest }) yield return newest;
        await foreach (var listed in store.ListAsync(CataloguePaths.Versions(name), null, cancellation))
            if (await VersionAtAsync(listed, cancellation) is { } version && version.Number != current?.Current?.Number) yield return version;
    }

    /// <summary>Keeps a DAG from making runs by itself.</summary>
    /// <param name="name">The DAG.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="why">Why; null for nothing said.</param>
    /// <param name="unlessChangedSince">Only if <see cref="PublishedDag.Sequence"/> is still this; null for in any case.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException"><see cref="CatalogueErrors.NoSuchDag"/>, <see cref="CatalogueErrors.OtherTeam"/>.</exception>
    public Task<PublishedDag> PauseAsync(string name, Caller by, string? why = null, long? unlessChangedSince = null, CancellationToken cancellation = default)
    {
        InputText.Checked(CatalogueErrors.TextRefused, "the reason", why, MaxReason, lines: true);
        return ChangeExistingAsync(name, by, (dag, _) => dag.Paused || (unlessChangedSince is { } sequence && dag.Sequence != sequence) ? dag
            : dag with { Paused = true, PauseReason = why, PausedBy = by.Name }, cancellation);
    }

    /// <summary>Lets a DAG make runs by itself again.</summary>
    /// <inheritdoc cref="PauseAsync" path="/exception"/>
    public Task<PublishedDag> UnpauseAsync(string name, Caller by, CancellationToken cancellation = default) =>
        ChangeExistingAsync(name, by, (dag, _) => dag.Paused ? dag with { Paused = false, PauseReason = null, PausedBy = null } : dag, cancellation);

    /// <summary>Removes a DAG or an experiment. Its runs stay, and go on. False when none of that name is published.</summary>
    /// <exception cref="UpdraftException"><see cref="CatalogueErrors.OtherTeam"/>.</exception>
    public async Task<bool> RemoveAsync(string name, Caller by, CancellationToken cancellation = default)
    {
        CheckCaller(by);
        if (await GetAsync(name, cancellation) is not { } dag) return false;
        if (dag.IsExperiment) return await DeleteExperimentAsync(name, by, cancellation);
        // The document stays, so that its actor learns of the removal and a later publishing goes on counting.
        await ChangeAsync(name, (found, _) => found is null or { Current: null } ? found
            : found with { Current = null, Team = null, Schedule = null, PauseAfterFailures = null, Paused = false, PauseReason = null, PausedBy = null }, by, cancellation);
        return true;
    }

    /// <summary>Makes a run of a published DAG's current version, or of an older one.</summary>
    /// <param name="name">The DAG or experiment.</param>
    /// <param name="set">Fills in what the run is given (conf, labels, id); null for nothing.</param>
    /// <param name="version">Hash of a version, or how it begins; null for the current one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException"><see cref="CatalogueErrors.NoSuchDag"/>, <see cref="CatalogueErrors.NoSuchVersion"/>, or what <see cref="RunClient.TriggerAsync"/> refuses.</exception>
    public async Task<TriggeredRun> TriggerAsync(string name, Func<TriggerRun, TriggerRun>? set = null, string? version = null, CancellationToken cancellation = default)
    {
        var pinned = await PinAsync(name, version, cancellation);
        return await runs.TriggerAsync(set is null ? pinned : set(pinned), cancellation);
    }

    /// <summary>What a run of a published DAG begins with: its version, by which the caller says the rest.</summary>
    /// <inheritdoc cref="TriggerAsync" path="/exception"/>
    public async Task<TriggerRun> PinAsync(string name, string? version = null, CancellationToken cancellation = default)
    {
        var dag = await GetAsync(name, cancellation) ?? throw CatalogueErrors.NoSuchDagOf(name);
        var pinned = version is null || version == dag.Current!.Hash ? dag.Current! : await FindVersionAsync(name, version, cancellation);
        var parsed = await ParseAsync(name, pinned, cancellation);
        return parsed with { PublishedAs = name, Team = dag.Team, TellsDag = !dag.IsExperiment && TellsDag(parsed.Dag) };
    }

    /// <summary>Does again what follows from changes whose maker did not get to it. To be called by the watchdog.</summary>
    public async Task RetellAsync(CancellationToken cancellation = default)
    {
        await foreach (var summary in SummariesAsync(cancellation))
        {
            if (summary.Owed && await store.GetAsync<PublishedDag>(CataloguePaths.Of(summary.Name), cancellation) is { } stored && stored.Value.Told < stored.Value.Sequence)
                await _followUp.DoAsync(stored.Value, cancellation);
        }
    }

    /// <summary>All versions that the catalogue lists, some perhaps twice: these, and those of runs, must stay in the <see cref="SpecStore"/>, and their packages where they are.</summary>
    public async IAsyncEnumerable<PublishedVersion> ReferencedVersionsAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var listed in store.ListAsync(CataloguePaths.AllVersions, null, cancellation))
        {
            if (await VersionAtAsync(listed, cancellation) is not { } version) continue;
            found.Add(version.Hash);
            yield return version;
        }
        // After the entries: a version that became current meanwhile is found here, and a replaced one has its entry by then.
        await foreach (var summary in SummariesAsync(cancellation))
        {
            if (summary.Hash is not { } hash || found.Contains(hash)) continue;
            await foreach (var version in VersionsAsync(summary.Name, cancellation)) yield return version;
        }
    }

    /// <summary>Takes old versions off the lists: runs that refer to them keep them readable.</summary>
    /// <param name="keep">How many of each DAG stay, 1 or more. Of a removed one, none does.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ForgetVersionsAsync(int keep, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        await foreach (var summary in SummariesAsync(cancellation))
        {
            var left = summary.Hash is null ? 0 : keep;
            await foreach (var listed in store.ListAsync(CataloguePaths.Versions(summary.Name), null, cancellation))
                if (left-- <= 0) await store.DeleteAsync(listed.Path, listed.ETag, cancellation);
        }
    }

    private static PublishedDag New(string name, DateTimeOffset now) => new() { Name = name, ChangedAt = now, PublishedAt = now };

    private static PublishedDag Published(PublishedDag found, PublishDag publish, DagVersion version, DateTimeOffset now)
    {
        var dag = found with { Team = publish.By.Team ?? found.Team };
        if (found.Current?.Hash == version.Hash) return dag.Team == found.Team ? found : dag;
        var spec = publish.Spec;
        dag = dag with
        {
            Current = new PublishedVersion { Hash = version.Hash, SpecHash = version.SpecHash, Package = publish.Package, Number = found.LastNumber + 1, PublishedAt = now, PublishedBy = publish.By.Name },
            LastNumber = found.LastNumber + 1,
            PublishedAt = now,
            Lane = spec.Lane,
            Schedule = dag.IsExperiment ? null : spec.Schedule,
            PauseAfterFailures = dag.IsExperiment ? null : spec.PauseAfterFailures,
        };
        return dag with
        {
            HasActor = dag.HasActor || dag.Schedule is not null || dag.PauseAfterFailures is not null,
            Listens = [.. found.Listens.Union(CatalogueFollowUp.NamesOf(dag), StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    private static bool TellsDag(DagSpec dag) => dag.PauseAfterFailures is not null || dag.DependsOnPast || dag.Schedule is { Overlap: not Overlap.Queue };

    private async Task<PublishedDag> ChangeExistingAsync(string name, Caller by, Func<PublishedDag, DateTimeOffset, PublishedDag> change, CancellationToken cancellation)
    {
        CheckCaller(by);
        return (await ChangeAsync(CatalogueName.Checked(name), (found, now) => found is { Current: not null } ? change(found, now) : throw CatalogueErrors.NoSuchDagOf(name), by, cancellation))!;
    }

    /// <summary>Changes a document, then does what follows. A change that returns what it was given changes nothing.</summary>
    private async Task<PublishedDag?> ChangeAsync(string name, Func<PublishedDag?, DateTimeOffset, PublishedDag?> change, Caller by, CancellationToken cancellation)
    {
        while (true)
        {
            var stored = await store.GetAsync<PublishedDag>(CataloguePaths.Of(name), cancellation);
            if (stored?.Value is { Current: not null, Team: { } owner } && !by.AnyTeam && owner != by.Team) throw CatalogueErrors.OtherTeamOf(name, owner, by.Team);
            var now = clock.GetUtcNow();
            var changed = change(stored?.Value, now);
            if (changed is null) return null;
            if (ReferenceEquals(changed, stored?.Value))
            {
                if (changed.Told < changed.Sequence) await _followUp.DoAsync(changed, cancellation);
                return changed;
            }
            // A version that is replaced before its maker wrote its entry is listed nevertheless.
            if (stored is { Value: var old } && old.Told < old.Sequence) await _followUp.PutVersionAsync(old, cancellation);
            changed = changed with { Sequence = changed.Sequence + 1, ChangedAt = now };
            if (!await _followUp.PutAsync(changed, stored is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(stored.ETag), cancellation)) continue;
            await _followUp.DoAsync(changed, cancellation);
            return changed;
        }
    }

    /// <summary>Nobody waits for word of an experiment, so nothing of it stays.</summary>
    private async Task<bool> DeleteExperimentAsync(string name, Caller by, CancellationToken cancellation)
    {
        while (await store.GetAsync<PublishedDag>(CataloguePaths.Of(name), cancellation) is { } stored)
        {
            if (stored.Value.Team is { } owner && !by.AnyTeam && owner != by.Team) throw CatalogueErrors.OtherTeamOf(name, owner, by.Team);
            await foreach (var listed in store.ListAsync(CataloguePaths.Versions(name), null, cancellation)) await store.DeleteAsync(listed.Path, null, cancellation);
            if (await store.DeleteAsync(CataloguePaths.Of(name), stored.ETag, cancellation)) return true;
        }
        return false;
    }

    private async Task<PublishedVersion> FindVersionAsync(string name, string version, CancellationToken cancellation)
    {
        PublishedVersion? found = null;
        await foreach (var listed in VersionsAsync(name, cancellation))
        {
            if (version.Length < 6 || !listed.Hash.StartsWith(version, StringComparison.Ordinal)) continue;
            if (found is not null && found.Hash != listed.Hash) throw CatalogueErrors.NoSuchVersionOf(name, version);
            found ??= listed;
        }
        return found ?? throw CatalogueErrors.NoSuchVersionOf(name, version);
    }

    private async IAsyncEnumerable<PublishedSummary> SummariesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var listed in store.ListAsync(CataloguePaths.All, null, cancellation))
        {
            if (listed.Summary is { } summary) yield return JsonSerializer.Deserialize<PublishedSummary>(summary, OrchestrationJson.Options)!;
            else if (await store.GetAsync<PublishedDag>(listed.Path, cancellation) is { } stored) yield return PublishedSummary.Of(stored.Value);
        }
    }

    private async Task<TriggerRun> ParseAsync(string name, PublishedVersion version, CancellationToken cancellation)
    {
        if (_parsed.TryGetValue(version.Hash, out var known)) return known;
        var spec = await specs.GetSpecAsync(version.Hash, cancellation) ?? throw CatalogueErrors.NoSuchVersionOf(name, version.Hash);
        var manifests = await specs.GetManifestsAsync(version.Hash, cancellation) ?? throw CatalogueErrors.NoSuchVersionOf(name, version.Hash);
        if (_parsed.Count >= MaxCached) _parsed.Clear();
        return _parsed[version.Hash] = new TriggerRun
        {
            Dag = DagJson.Parse(Encoding.UTF8.GetString(spec.Span)),
            Operators = JsonSerializer.Deserialize<ImmutableArray<OperatorManifest>>(manifests.Span, OrchestrationJson.Options),
            Package = version.Package,
            Version = version.Hash,
        };
    }

    private async Task<PublishedVersion?> VersionAtAsync(DocumentEntry listed, CancellationToken cancellation) =>
        listed.Summary is { } summary ? JsonSerializer.Deserialize<PublishedVersion>(summary, OrchestrationJson.Options)
        : (await store.GetAsync<PublishedVersion>(listed.Path, cancellation))?.Value;

    private static void CheckCaller(Caller by) => InputText.Checked(CatalogueErrors.TextRefused, "the name of who asks", by.Name, MaxName);
}
