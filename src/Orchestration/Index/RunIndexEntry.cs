using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>A run in a listing.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Dag">Its DAG.</param>
/// <param name="CreatedAt">When it was acknowledged.</param>
/// <param name="Revision">Of the run's documents when this was written.</param>
/// <param name="Summary">What a listing shows of it; about 600 bytes keep a page one listing.</param>
public sealed record RunIndexEntry(string RunId, string Dag, DateTimeOffset CreatedAt, long Revision, JsonElement Summary)
{
    /// <inheritdoc cref="RunRequest.BusinessKey"/>
    public string? BusinessKey { get; init; }

    /// <inheritdoc cref="RunRequest.Team"/>
    public string? Team { get; init; }

    /// <summary>The labels that it was triggered with; null for none, and where <see cref="Complete"/> is not true.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <inheritdoc cref="RunRequest.Indexed"/>
    public ImmutableSortedDictionary<string, string>? Conf { get; init; }

    /// <summary>Whether it was triggered with a note, or its note or labels were changed later, so that they are read where they lie; null for no.</summary>
    public bool? Noted { get; init; }

    /// <summary>Whether it is first listed as queued, because it may have to wait; null for no.</summary>
    public bool? Waits { get; init; }

    /// <summary>How its last end was counted; null before the first.</summary>
    public RunFigures? Counted { get; init; }

    /// <summary>True where team, labels and conf are said; null in entries from before that was so, of which the run's request says them.</summary>
    public bool? Complete { get; init; }

    /// <summary>Hash of its package, empty for none; null in entries from before this was said, of which the run's request says it.</summary>
    public string? Package { get; init; }

    /// <summary>True once retention has removed its logs; null before.</summary>
    public bool? LogsPurged { get; init; }

    /// <summary>True once retention has removed its outputs and files; null before.</summary>
    public bool? OutputsPurged { get; init; }

    /// <summary>What a run's request and its state say.</summary>
    /// <param name="request">What it was asked.</param>
    /// <param name="revision">Of its documents.</param>
    /// <param name="summary">Its summary.</param>
    public static RunIndexEntry Of(RunRequest request, long revision, JsonElement summary) => new(request.RunId, request.Dag, request.CreatedAt, revision, summary)
    {
        BusinessKey = request.BusinessKey,
        Team = request.Team,
        Labels = request.Labels.IsEmpty ? null : request.Labels,
        Conf = request.Indexed,
        Noted = request.Note is null ? null : true,
        Complete = true,
        Package = request.Package ?? "",
    };

    /// <summary>The summary.</summary>
    public RunSummary ReadSummary() => Summary.Deserialize<RunSummary>(OrchestrationJson.Options)!;
}

/// <summary>Some runs.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
public sealed record RunListing(IReadOnlyList<RunIndexEntry> Entries, string? Next);
