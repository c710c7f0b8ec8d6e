using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Everything that lives long is an actor: a run, a part of a large map, an attempt of a remote job, the canary. It is told apart by its
/// kind and its path, under which all its documents lie (<see cref="ActorPaths"/>): <c>request</c> (what it was asked, never changed),
/// <c>head</c>, <c>pages/n</c>, <c>inbox/id</c>.
/// </summary>
/// <param name="Kind">Which machine it runs, as in <c>run</c>.</param>
/// <param name="Path">Path of its documents, ending in <c>/</c>.</param>
public sealed record ActorId(string Kind, string Path);

/// <summary>
/// The head document of an actor. It says whether the actor is open; the engine never does. Without a head, an actor with a request is in
/// its first generation and open.
/// </summary>
public sealed record ActorHead
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Which machine the actor runs.</summary>
    public required string Kind { get; init; }

    /// <summary>Counts the times the actor was opened, from 1. Each has an orchestration instance of its own.</summary>
    public required int Generation { get; init; }

    /// <summary>Counts the machine's changes.</summary>
    public required long Revision { get; init; }

    /// <summary>Counts the loop's writes of the documents within a generation; a lower one never overwrites a higher.</summary>
    public long Write { get; init; }

    /// <summary>Whether the actor has ended; something told to it opens the next generation.</summary>
    public required bool Final { get; init; }

    /// <summary>
    /// Why nothing drives the actor any more: its orchestration failed again and again. It stays open, and as it was, until it is released
    /// (<see cref="ActorClient.ReleaseAsync"/>). Null while it is not so.
    /// </summary>
    public string? SetAside { get; init; }

    /// <summary>True once retention is removing the actor: it is final, and nothing opens it again. Null before.</summary>
    public bool? Purging { get; init; }

    /// <summary>How many pages the document has.</summary>
    public required int Pages { get; init; }

    /// <summary>Inbox entries that were taken: those perhaps not yet deleted, and some before them, in case a late sender repeats one.</summary>
    public required IReadOnlyList<string> Taken { get; init; }

    /// <summary>The machine's part.</summary>
    public required JsonElement Body { get; init; }
}

/// <summary>All that is stored of an actor when an execution begins.</summary>
/// <param name="Id">The actor.</param>
/// <param name="Request">What it was asked.</param>
/// <param name="Spec">The spec that the request names; null when it names none.</param>
/// <param name="Head">Its head document; null in an execution that is the very first.</param>
/// <param name="Pages">Its pages, in order.</param>
public sealed record ActorSnapshot(ActorId Id, JsonElement Request, JsonElement? Spec, ActorHead? Head, IReadOnlyList<JsonElement> Pages);

/// <summary>A kind of actor: how its machine is made, and what is kept beside its documents.</summary>
public interface IActorKind
{
    /// <summary>The kind's name, as in <c>run</c>.</summary>
    string Name { get; }

    /// <summary>Hash of the spec that a request names; null when it names none. Pure.</summary>
    string? SpecOf(JsonElement request);

    /// <summary>Makes the machine from what is stored. Pure.</summary>
    Machine Create(ActorSnapshot snapshot);

    /// <summary>
    /// Whether an actor that has just ended is needed all the same, by what is stored beside its inbox: then it is opened again. Who stores
    /// such a thing reads the head afterwards, so that one of the two sees the other.
    /// </summary>
    Task<bool> IsNeededAsync(ActorId id, CancellationToken cancellation) => Task.FromResult(false);

    /// <summary>Whom to tell, and what, once the actor was set aside, so that nobody waits for it; null for nobody. Pure.</summary>
    TellActor? WhenSetAside(ActorId id, JsonElement request, string reason) => null;

    /// <summary>
    /// Called by an activity after the head document was stored (final or not): updates the entries kept beside it, such as an index. May be
    /// called again for the same revision.
    /// </summary>
    Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation);
}
