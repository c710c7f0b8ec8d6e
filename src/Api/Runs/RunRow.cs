using System.Collections.Immutable;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A run in a list.</summary>
public sealed record RunRow
{
    /// <inheritdoc cref="RunResource.RunId"/>
    public required string RunId { get; init; }

    /// <inheritdoc cref="RunResource.Dag"/>
    public required string Dag { get; init; }

    /// <summary>Hash of the version that it is pinned to; null of a run from before this was listed.</summary>
    public string? DagHash { get; init; }

    /// <inheritdoc cref="RunResource.Status"/>
    public required RunStatus Status { get; init; }

    /// <inheritdoc cref="RunResource.State"/>
    public required RunStatus State { get; init; }

    /// <summary>Why it is in its state, at most 200 characters; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc cref="RunResource.CreatedAt"/>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc cref="RunResource.StartedAt"/>
    public DateTime? StartedAt { get; init; }

    /// <inheritdoc cref="RunResource.EndedAt"/>
    public DateTime? EndedAt { get; init; }

    /// <inheritdoc cref="RunResource.LogicalDate"/>
    public required DateTimeOffset LogicalDate { get; init; }

    /// <inheritdoc cref="RunResource.Trigger"/>
    public required string Trigger { get; init; }

    /// <inheritdoc cref="RunResource.Labels"/>
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <inheritdoc cref="RunResource.Note"/>
    public string? Note { get; init; }

    /// <inheritdoc cref="RunResource.BusinessKey"/>
    public string? BusinessKey { get; init; }

    /// <inheritdoc cref="RunResource.Team"/>
    public string? Team { get; init; }

    internal static RunRow Of(FoundRun run) => new()
    {
        RunId = run.Entry.RunId,
        Dag = run.Entry.Dag,
        DagHash = run.Summary.Version,
        Status = RunResource.ForScripts(run.Summary.Status),
        State = run.Summary.Status,
        Reason = run.Summary.Reason,
        CreatedAt = run.Entry.CreatedAt,
        StartedAt = run.Summary.StartedAt,
        EndedAt = run.Summary.EndedAt,
        LogicalDate = run.Summary.LogicalDate,
        Trigger = run.Summary.Trigger,
        Labels = run.Labels,
        Note = run.Note,
        BusinessKey = run.Entry.BusinessKey,
        Team = run.Entry.Team,
    };
}

/// <summary>Some runs, newest first.</summary>
/// <param name="Items">What is on the page.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null when this is the last.</param>
/// <param name="SearchedTo">
/// Where a search ended with a page that is not full, since it looks at so many runs only at once: when the last of those was acknowledged; the next page goes on
/// from there. Null otherwise.
/// </param>
public sealed record RunPage(ImmutableArray<RunRow> Items, string? Next, DateTimeOffset? SearchedTo = null);
