using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Creates actors and tells them things, from anywhere. Thread-safe. Every call may be repeated after a failure.</summary>
public sealed class ActorClient(IStateStore store, IOrchestrationClient orchestrations, TimeProvider clock)
{
    /// <summary>The one orchestrator.</summary>
    public const string Orchestrator = "actor";

    /// <summary>Version of the orchestrator, with which every instance is started.</summary>
    public const string Version = ActorLoop.Version;

    /// <summary>The event by which a running actor is hinted to read its inbox.</summary>
    public const string Hint = "hint";

    /// <summary>A failed orchestration that is older than this is not started again by any watchdog.</summary>
    private static readonly TimeSpan NobodyWatches = TimeSpan.FromMinutes(2);

    private readonly Inbox _inbox = new(store, clock);

    /// <summary>
    /// Creates an actor and starts it. When it exists, its request is left as it is, and it is started if that has not been done; one that has
    /// ended stays so.
    /// </summary>
    /// <returns>The request that holds, and whether this call created it.</returns>
    public async Task<StartedActor> StartAsync(StartActor start, CancellationToken cancellation = default)
    {
        var id = start.Id;
        var marker = await store.PutAsync(ActorPaths.Open(id), new OpenMarker(id, clock.GetUtcNow()), WriteCondition.None, cancellation: cancellation);
        var request = new ActorRequest { Body = start.Request, Lane = start.Lane, Tags = start.Tags };
        if (await store.PutAsync(ActorPaths.Request(id), request, WriteCondition.IfAbsent, cancellation: cancellation) is not null)
        {
            await StartGenerationAsync(id, 1, request, cancellation);
            return new(start.Request, Created: true);
        }
        var found = (await GetRequestAsync(id, cancellation))?.Body;
        var head = await GetHeadAsync(id, cancellation);
        if (found is null || head is { Final: true } or { SetAside: not null }) await store.DeleteAsync(ActorPaths.Open(id), marker, cancellation);
        else await StartGenerationAsync(id, head?.Generation ?? 1, null, cancellation);
        return new(found ?? start.Request, Created: false) { Purged = found is null };
    }

    /// <summary>
    /// Tells an actor something: writes the inbox entry, then reads the head, and opens the actor again if it has ended. The same entry told
    /// twice is taken once.
    /// </summary>
    /// <returns>False, and nothing is stored, when there is no such actor (any more).</returns>
    public async Task<bool> TellAsync(TellActor tell, CancellationToken cancellation = default)
    {
        if (await GetRequestAsync(tell.Id, cancellation) is null) return false;
        await _inbox.AddAsync(tell.Id, tell.EntryId, tell.Kind, tell.Body, cancellation);
        if (await WakeAsync(tell.Id, ensureStarted: false, cancellation)) return true;
        await _inbox.DeleteAsync(tell.Id, [tell.EntryId], cancellation);
        return false;
    }

    /// <summary>
    /// Why nothing drives an open actor, as after a defect: it was set aside, or its orchestration has failed and no watchdog has started it
    /// again. Null when all is well, or may yet become so.
    /// </summary>
    public async Task<string?> FailureOfAsync(ActorId id, CancellationToken cancellation = default)
    {
        if (await GetHeadAsync(id, cancellation) is not { } head || head.Final) return null;
        if (head.SetAside is not null) return head.SetAside;
        var instance = await orchestrations.GetInstanceAsync(ActorInstanceId.Of(id, head.Generation), cancellation);
        var failed = instance?.RuntimeStatus is OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;
        return failed && clock.GetUtcNow() - instance!.LastUpdatedAt > NobodyWatches ? instance.FailureDetails ?? "terminated" : null;
    }

    /// <summary>Lets an actor that was set aside go on from its documents. False when it was not set aside.</summary>
    public async Task<bool> ReleaseAsync(ActorId id, CancellationToken cancellation = default)
    {
        if (await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation) is not { Value.SetAside: not null } head) return false;
        await store.PutAsync(ActorPaths.Open(id), new OpenMarker(id, clock.GetUtcNow()), WriteCondition.None, cancellation: cancellation);
        await store.DeleteAsync(RedriveCount.PathOf(id), null, cancellation);
        var next = head.Value with { Generation = head.Value.Generation + 1, Write = 0, SetAside = null };
        if (await store.PutAsync(ActorPaths.Head(id), next, WriteCondition.IfMatch(head.ETag), cancellation: cancellation) is null) return false;
        await StartGenerationAsync(id, next.Generation, null, cancellation);
        return true;
    }

    /// <summary>The head document; null before the first is stored.</summary>
    public async Task<ActorHead?> GetHeadAsync(ActorId id, CancellationToken cancellation = default) =>
        (await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation))?.Value;

    /// <summary>The request document; null when there is no such actor.</summary>
    public async Task<ActorRequest?> GetRequestAsync(ActorId id, CancellationToken cancellation = default) =>
        (await store.GetAsync<ActorRequest>(ActorPaths.Request(id), cancellation))?.Value is { PurgedAt: null } request ? request : null;

    /// <summary>A page of the document; null when there is none of that number.</summary>
    public async Task<JsonElement?> GetPageAsync(ActorId id, int number, CancellationToken cancellation = default) =>
        (await store.GetAsync<StoredPage>(ActorPaths.Page(id, number), cancellation))?.Value.Content;

    /// <summary>Makes an actor read its inbox, and opens it again if it has ended. False when it is being purged.</summary>
    /// <param name="id">The actor.</param>
    /// <param name="ensureStarted">Whether its orchestration may be missing, as after a crash between opening and starting it.</param>
    /// <param name="cancellation">Gives up.</param>
    internal async Task<bool> WakeAsync(ActorId id, bool ensureStarted, CancellationToken cancellation)
    {
        while (true)
        {
            var head = await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation);
            if (head is { Value.SetAside: not null }) return true;
            if (head is { Value.Purging: true }) return false;
            if (head is null or { Value.Final: false })
            {
                var generation = head?.Value.Generation ?? 1;
                if (ensureStarted && await StartGenerationAsync(id, generation, null, cancellation)) return true;
                await orchestrations.RaiseEventAsync(ActorInstanceId.Of(id, generation), Hint, null, cancellation);
                return true;
            }
            var next = head.Value with { Generation = head.Value.Generation + 1, Write = 0, Final = false };
            ensureStarted = true;
            await store.PutAsync(ActorPaths.Head(id), next, WriteCondition.IfMatch(head.ETag), cancellation: cancellation);
        }
    }

    /// <summary>Starts an open actor's orchestration if it is missing; returns whether it was. Null when the actor is not open: ended, set aside, or never created.</summary>
    internal async Task<bool?> EnsureStartedAsync(ActorId id, CancellationToken cancellation)
    {
        if (await GetRequestAsync(id, cancellation) is not { } request) return null;
        var head = await GetHeadAsync(id, cancellation);
        if (head is { Final: true } or { SetAside: not null }) return null;
        return await StartGenerationAsync(id, head?.Generation ?? 1, request, cancellation);
    }

    /// <summary>Opens the next generation of an actor whose orchestration has ended though the actor has not. False when it is not so (any more).</summary>
    internal async Task<bool> ReopenAsync(ActorId id, int generation, CancellationToken cancellation)
    {
        if (await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation) is not { Value: { Final: false, SetAside: null } current } head || current.Generation != generation) return false;
        var next = current with { Generation = generation + 1, Write = 0 };
        if (await store.PutAsync(ActorPaths.Head(id), next, WriteCondition.IfMatch(head.ETag), cancellation: cancellation) is null) return false;
        await StartGenerationAsync(id, next.Generation, null, cancellation);
        return true;
    }

    private async Task<bool> StartGenerationAsync(ActorId id, int generation, ActorRequest? request, CancellationToken cancellation)
    {
        request ??= await GetRequestAsync(id, cancellation);
        if (request is null) return true; // Purged meanwhile: nothing is left to run.
        var options = new StartOrchestrationOptions
        {
            InstanceId = ActorInstanceId.Of(id, generation), Version = Version, Lane = request.Lane,
            Tags = request.Tags.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
        return await orchestrations.ScheduleNewOrchestrationInstanceAsync(Orchestrator, new ActorInput(id, generation), options, cancellation);
    }
}

/// <summary>What became of a start.</summary>
/// <param name="Request">The request that holds: the one given, or that of the actor that was there.</param>
/// <param name="Created">Whether the actor is new.</param>
public sealed record StartedActor(JsonElement Request, bool Created)
{
    /// <summary>Whether there was an actor of that id, which was purged: nothing is started, and the request is the one given.</summary>
    public bool Purged { get; init; }
}
