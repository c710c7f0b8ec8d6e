using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>One try of one task instance: all that an activity needs to do its work, and no more.</summary>
public sealed record AttemptRequest
{
    /// <summary>Names the try: the same request always has the same id, no other has it.</summary>
    public required string AttemptId { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Hash of the DAG's pinned version; finds the spec.</summary>
    public required string DagHash { get; init; }

    /// <summary>Full id of the task.</summary>
    public required string TaskId { get; init; }

    /// <summary>The map keys from the outermost mapped group inwards; empty for a plain task.</summary>
    public ImmutableArray<MapPlace> Place { get; init; } = [];

    /// <summary>The try, from 1.</summary>
    public required int Try { get; init; }

    /// <summary>Outputs of upstream tasks that the templates read, by full task id.</summary>
    public ImmutableSortedDictionary<string, OutputRef> Inputs { get; init; } = ImmutableSortedDictionary.Create<string, OutputRef>(StringComparer.Ordinal);

    /// <summary>Whether the task's operator starts processes, which decides the worker slot it takes.</summary>
    public ActivityWeight Weight { get; init; } = ActivityWeight.InProcess;

    /// <summary>When it could have started, had nothing taken time; null where that says nothing, as after a worker was lost.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>Whether a limit, a pool or a pause held it up since; null for no.</summary>
    public bool? Held { get; init; }
}

/// <summary>Where an instance stands in one mapped region.</summary>
/// <param name="Region">Full id of the mapped task or group.</param>
/// <param name="Slot">Position in the stored list of items; never changes, whatever a rerun does to the order.</param>
/// <param name="Key">The instance's key: the author's, else the index as text.</param>
/// <param name="Items">Path under which the items of this region are stored.</param>
public sealed record MapPlace(string Region, int Slot, string Key, string Items);

/// <summary>Where an output is: inline when small, else in a blob.</summary>
/// <param name="Value">The value; null when it is in a blob.</param>
/// <param name="Blob">Path of the blob; null when inline.</param>
/// <param name="Bytes">Size of the JSON.</param>
/// <param name="Sha256">Checksum of the blob, in lower-case hex; null when inline.</param>
public sealed record OutputRef(JsonElement? Value = null, string? Blob = null, long Bytes = 0, string? Sha256 = null)
{
    /// <summary>Largest output kept inline, in bytes of JSON.</summary>
    public const int InlineLimit = 768;
}

/// <summary>How a try ended.</summary>
public sealed record AttemptResult
{
    /// <summary>The outcome.</summary>
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>What the task handed over; null for nothing.</summary>
    public OutputRef? Output { get; init; }

    /// <summary>Datasets that a success has made, their templates resolved; null for none.</summary>
    public ImmutableArray<DatasetOutput>? Produced { get; init; }

    /// <summary>Why it did not succeed, at most 300 characters; null on success.</summary>
    public string? Reason { get; init; }

    /// <summary>A stable code of the failure; null on success.</summary>
    public string? Code { get; init; }

    /// <summary>When the work began; null when it never did.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the work ended; null when it never began.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>The ways in which a try can end.</summary>
public enum AttemptOutcome
{
    /// <summary>The work is done.</summary>
    Success,

    /// <summary>The work failed; a retry may follow.</summary>
    Failed,

    /// <summary>The work failed, and a retry would not help.</summary>
    FailedForGood,

    /// <summary>The task ended itself as skipped.</summary>
    Skipped,

    /// <summary>The work overran its timeout and was killed; a retry may follow.</summary>
    TimedOut,

    /// <summary>The work was stopped on request and is dead.</summary>
    Stopped,

    /// <summary>Another worker held the claim, or the worker vanished: the same try runs again.</summary>
    Lost,
}
