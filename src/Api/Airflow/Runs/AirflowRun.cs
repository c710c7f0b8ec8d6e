using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A run of a DAG.</summary>
internal sealed class AirflowRun(RunView run, string? note, AirflowDagVersion? version)
{
    public string DagRunId => run.Request.RunId;

    public string DagId => run.Request.Dag;

    public string DagDisplayName => run.Request.Dag;

    public DateTimeOffset? LogicalDate => run.Request.LogicalDate;

    public DateTimeOffset? QueuedAt => run.Request.CreatedAt;

    public DateTimeOffset? StartDate => AirflowTimes.Utc(run.Body.StartedAt);

    public DateTimeOffset? EndDate => State is "success" or "failed" ? AirflowTimes.Utc(run.Body.EndedAt) : null;

    public double? Duration => AirflowTimes.Seconds(StartDate, EndDate);

    public DateTimeOffset? DataIntervalStart => run.Request.DataIntervalStart;

    public DateTimeOffset? DataIntervalEnd => run.Request.DataIntervalEnd;

    public DateTimeOffset RunAfter => AirflowTimes.RunAfter(run.Request);

    public DateTimeOffset? LastSchedulingDecision { get; }

    public string RunType => AirflowStates.RunTypeOf(run.Request.Trigger);

    public string State => AirflowStates.Of(run);

    public string? TriggeredBy => AirflowStates.TriggeredBy(run.Request.Trigger);

    public string? TriggeringUserName => run.Request.TriggeredBy;

    public JsonElement Conf => run.Request.Conf;

    public string? Note => note;

    public ImmutableArray<AirflowDagVersion> DagVersions => version is null ? [] : [version];

    public string? BundleVersion => run.Request.DagHash;

    public string? PartitionKey => run.Request.Partition;

    /// <summary>A run with its note and version.</summary>
    public static async Task<AirflowRun> OfAsync(RunView run, AirflowCall call) => new(
        run,
        (await call.Services.Notes.GetAsync(run.Request.RunId, call.Cancellation))?.Note,
        await call.Plans.VersionAsync(run.Request.Dag, run.Request.DagHash, call.Cancellation));
}

/// <summary>Some runs.</summary>
internal sealed record AirflowRuns(ImmutableArray<AirflowRun> DagRuns, long TotalEntries);

/// <summary>Times of runs and task instances.</summary>
internal static class AirflowTimes
{
    public static DateTimeOffset? Utc(DateTime? time) => time is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null;

    public static double? Seconds(DateTimeOffset? start, DateTimeOffset? end) => start is { } from && end is { } to ? Math.Max((to - from).TotalSeconds, 0) : null;

    /// <summary>When a run could begin: at its tick, or when it was asked for.</summary>
    public static DateTimeOffset RunAfter(RunRequest run) => RunAfter(run.Trigger, run.LogicalDate, run.CreatedAt);

    public static DateTimeOffset RunAfter(string trigger, DateTimeOffset logicalDate, DateTimeOffset createdAt) => AirflowStates.RunTypeOf(trigger) is "scheduled" && logicalDate < createdAt ? logicalDate : createdAt;
}
