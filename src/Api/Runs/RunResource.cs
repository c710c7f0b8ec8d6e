using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A run.</summary>
public sealed record RunResource
{
    /// <summary>Its id.</summary>
    public required string RunId { get; init; }

    /// <summary>Its DAG or experiment.</summary>
    public required string Dag { get; init; }

    /// <summary>Hash of the version that it is pinned to.</summary>
    public required string DagHash { get; init; }

    /// <summary>For scripts: queued, running, success, failed or cancelled. A paused run is running.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>As <see cref="Status"/>, and paused where it is.</summary>
    public required RunStatus State { get; init; }

    /// <summary>Why it is in its state; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>A stable code of what ended it, when that was no task; null otherwise.</summary>
    public string? Code { get; init; }

    /// <summary>When it was acknowledged.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it got its slot; null while it is queued.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>When it ended; null while it is under way.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>The tick, or the time of the trigger.</summary>
    public required DateTimeOffset LogicalDate { get; init; }

    /// <inheritdoc cref="RunRequest.DataIntervalStart"/>
    public DateTimeOffset DataIntervalStart { get; init; }

    /// <inheritdoc cref="RunRequest.DataIntervalEnd"/>
    public DateTimeOffset DataIntervalEnd { get; init; }

    /// <inheritdoc cref="RunRequest.Trigger"/>
    public required string Trigger { get; init; }

    /// <inheritdoc cref="RunRequest.TriggeredBy"/>
    public string? TriggeredBy { get; init; }

    /// <inheritdoc cref="RunRequest.Conf"/>
    public required JsonElement Conf { get; init; }

    /// <inheritdoc cref="RunRequest.Params"/>
    public required JsonElement Params { get; init; }

    /// <summary>Its labels, as they are now.</summary>
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>What people say of it; null for nothing.</summary>
    public string? Note { get; init; }

    /// <inheritdoc cref="RunRequest.BusinessKey"/>
    public string? BusinessKey { get; init; }

    /// <inheritdoc cref="RunRequest.Team"/>
    public string? Team { get; init; }

    /// <inheritdoc cref="RunRequest.RerunOf"/>
    public string? RerunOf { get; init; }

    /// <inheritdoc cref="RunRequest.Parent"/>
    public string? Parent { get; init; }

    /// <summary>Task instances by state.</summary>
    public required ImmutableSortedDictionary<string, int> Counts { get; init; }

    /// <summary>Counts the changes of its documents.</summary>
    public long Revision { get; init; }

    /// <summary>Whether it has ended, and all of it is stored.</summary>
    public bool Final { get; init; }

    /// <summary>Whether a process drives it now.</summary>
    public bool Driven { get; init; }

    /// <summary>What <see cref="Status"/> says of a state.</summary>
    internal static RunStatus ForScripts(RunStatus state) => state is RunStatus.Paused ? RunStatus.Running : state;

    /// <summary>Of its documents.</summary>
    /// <param name="run">The run.</param>
    /// <param name="note">What people say of it.</param>
    /// <param name="driven">Whether a process drives it now.</param>
    public static RunResource Of(RunView run, RunNote note, bool driven) => new()
    {
        RunId = run.Request.RunId,
        Dag = run.Request.Dag,
        DagHash = run.Request.DagHash,
        Status = ForScripts(run.Body.Status),
        State = run.Body.Status,
        Reason = run.Body.Reason,
        Code = run.Body.Code,
        CreatedAt = run.Request.CreatedAt,
        StartedAt = run.Body.StartedAt,
        EndedAt = run.Body.EndedAt,
        LogicalDate = run.Request.LogicalDate,
        DataIntervalStart = run.Request.DataIntervalStart,
        DataIntervalEnd = run.Request.DataIntervalEnd,
        Trigger = run.Request.Trigger,
        TriggeredBy = run.Request.TriggeredBy,
        Conf = run.Request.Conf,
        Params = run.Request.Params,
        Labels = note.Labels,
        Note = note.Note,
        BusinessKey = run.Request.BusinessKey,
        Team = run.Request.Team,
        RerunOf = run.Request.RerunOf,
        Parent = run.Request.Parent,
        Counts = run.Body.Counts,
        Revision = run.Revision,
        Final = run.Final,
        Driven = driven,
    };
}
