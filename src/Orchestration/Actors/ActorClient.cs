using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Creates actors and tells them things, from anywhere. Thread-safe. Every call may be repeated after a failure.</summary>
public sealed class ActorClient(IStateStore store, IOrchestrationClient orchestrations, TimeProvider clock)
{
    /// <summary>The one orchestrator.</summary>
    public const string Orchestrator = "actor";

    /// <summary>The event by which a running actor is hinted to read its inbox.</summary>
    public const string Hint = "hint";

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
        var head = await GetHeadAsync(id, cancellation);
        if (head is { Final: true }) await store.DeleteAsync(ActorPaths.Open(id), marker, cancellation);
        else await StartGenerationAsync(id, head?.Generation ?? 1, null, cancellation);
        return new((await GetRequestAsync(id, cancellation))?.Body ?? start.Request, Created: false);
    }

    /// <summary>
    /// Tells an actor something: writes the inbox entry, then reads the head, and opens the actor again if it has ended. The same entry told
    /// twice is taken once.
    /// </summary>
    /// <returns>False, and nothing is stored, when there is no such actor.</returns>
    public async Task<bool> TellAsync(TellActor tell, CancellationToken cancellation = default)
    {
        if (await GetRequestAsync(tell.Id, cancellation) is null) return false;
        await _inbox.AddAsync(tell.Id, tell.EntryId, tell.Kind, tell.Body, cancellation);
        await WakeAsync(tell.Id, ensureStarted: false, cancellation);
        return true;
    }

    /// <summary>Why an open actor's orchestration has ended before the actor did, as by a defect or by repair; null when it has not.</summary>
    public async Task<string?> FailureOfAsync(ActorId id, CancellationToken cancellation = default)
    {
        if (await GetHeadAsync(id, cancellation) is not { } head || head.Final) return null;
        var instance = await orchestrations.GetInstanceAsync(ActorInstanceId.Of(id, head.Generation), cancellation);
        return instance?.RuntimeStatus is OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated ? instance.FailureDetails ?? "terminated" : null;
    }

    /// <summary>The head document; null before the first is stored.</summary>
    public async Task<ActorHead?> GetHeadAsync(ActorId id, CancellationToken cancellation = default) =>
        (await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation))?.Value;

    /// <summary>The request document; null when there is no such actor.</summary>
    public async Task<ActorRequest?> GetRequestAsync(ActorId id, CancellationToken cancellation = default) =>
        (await store.GetAsync<ActorRequest>(ActorPaths.Request(id), cancellation))?.Value;

    /// <summary>A page of the document; null when there is none of that number.</summary>
    public async Task<JsonElement?> GetPageAsync(ActorId id, int number, CancellationToken cancellation = default) =>
        (await store.GetAsync<StoredPage>(ActorPaths.Page(id, number), cancellation))?.Value.Content;

    /// <summary>Makes an actor read its inbox, and opens it again if it has ended.</summary>
    /// <param name="id">The actor.</param>
    /// <param name="ensureStarted">Whether its orchestration may be missing, as after a crash between opening and starting it.</param>
    /// <param name="cancellation">Gives up.</param>
    internal async Task WakeAsync(ActorId id, bool ensureStarted, CancellationToken cancellation)
    {
        while (true)
        {
            var head = await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation);
            if (head is null or { Value.Final: false })
            {
                var generation = head?.Value.Generation ?? 1;
                if (ensureStarted && await StartGenerationAsync(id, generation, null, cancellation)) return;
                await orchestrations.RaiseEventAsync(ActorInstanceId.Of(id, generation), Hint, null, cancellation);
                return;
            }
            var next = head.Value with { Generation = head.Value.Generation + 1, Write = 0, Final = false };
            ensureStarted = true;
            await store.PutAsync(ActorPaths.Head(id), next, WriteCondition.IfMatch(head.ETag), cancellation: cancellation);
        }
    }

    /// <summary>Starts an open actor's orchestration if it is missing. False when the actor is not open: ended, or never created.</summary>
    internal async Task<bool> EnsureStartedAsync(ActorId id, CancellationToken cancellation)
    {
        if (await GetRequestAsync(id, cancellation) is not { } request) return false;
        var head = await GetHeadAsync(id, cancellation);
        if (head is { Final: true }) return false;
        await StartGenerationAsync(id, head?.Generation ?? 1, request, cancellation);
        return true;
    }

    private async Task<bool> StartGenerationAsync(ActorId id, int generation, ActorRequest? request, CancellationToken cancellation)
    {
        request ??= await GetRequestAsync(id, cancellation);
        if (request is null) return true; // Purged meanwhile: nothing is left to run.
        var options = new StartOrchestrationOptions
        {
            InstanceId = ActorInstanceId.Of(id, generation), Version = ActorLoop.Version, Lane = request.Lane,
            Tags = request.Tags.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
        return await orchestrations.ScheduleNewOrchestrationInstanceAsync(Orchestrator, new ActorInput(id, generation), options, cancellation);
    }
}

/// <summary>What became of a start.</summary>
/// <param name="Request">The request that holds: the one given, or that of the actor that was there.</param>
/// <param name="Created">Whether the actor is new.</param>
public sealed record StartedActor(JsonElement Request, bool Created);
