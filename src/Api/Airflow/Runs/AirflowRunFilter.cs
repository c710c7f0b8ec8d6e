using System.Collections.Immutable;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Which runs are meant, as far as a listing of runs tells.</summary>
internal sealed record AirflowRunFilter
{
    /// <summary>Fields that runs can be ordered by.</summary>
    public static readonly string[] Fields = ["id", "dag_id", "run_id", "dag_run_id", "run_after", "logical_date", "start_date", "end_date", "duration", "state", "queued_at"];

    public ImmutableArray<string> Dags { get; init; } = [];

    public ImmutableArray<string> Ids { get; init; } = [];

    public ImmutableArray<string> States { get; init; } = [];

    public ImmutableArray<string> Types { get; init; } = [];

    public string? IdPattern { get; init; }

    public string? DagPattern { get; init; }

    public AirflowBounds<DateTimeOffset> RunAfter { get; init; }

    public AirflowBounds<DateTimeOffset> LogicalDate { get; init; }

    public AirflowBounds<DateTimeOffset> Start { get; init; }

    public AirflowBounds<DateTimeOffset> End { get; init; }

    public AirflowBounds<double> Duration { get; init; }

    /// <summary>What the query of a list of runs says.</summary>
    public static AirflowRunFilter Of(AirflowParameters asked) => OfBody(asked) with
    {
        States = asked.Among("state", AirflowStates.OfRuns),
        Types = asked.Among("run_type", "manual", "scheduled", "backfill", "asset_triggered", "asset_materialization"),
        IdPattern = asked.Pattern("run_id_pattern"),
        DagPattern = asked.Pattern("dag_id_pattern"),
    };

    /// <summary>What the body of a list of runs says.</summary>
    public static AirflowRunFilter OfBody(AirflowParameters asked) => new()
    {
        Dags = asked.Texts("dag_ids"),
        States = asked.Among("states", [.. AirflowStates.OfRuns, AirflowStates.None]),
        RunAfter = asked.Times("run_after"),
        LogicalDate = asked.Times("logical_date"),
        Start = asked.Times("start_date"),
        End = asked.Times("end_date"),
        Duration = asked.Numbers("duration"),
    };

    /// <summary>What a search by prefix can do of it: so runs under way are found however old they are.</summary>
    public RunFilter ToSearch(string? dag) => new()
    {
        Dag = dag ?? (Dags is [var only] ? only : null),
        Statuses = [.. Enum.GetValues<RunStatus>().Where(status => States.Contains(AirflowStates.Of(status)))],
        // No run may begin after it was acknowledged.
        Since = RunAfter.AtLeast ?? RunAfter.Above,
    };

    public bool Fits(AirflowRunEntry run) =>
        (Dags.IsEmpty || Dags.Contains(run.Dag)) && (Ids.IsEmpty || Ids.Contains(run.RunId))
        && (States.IsEmpty || States.Contains(run.State)) && (Types.IsEmpty || Types.Contains(run.Type))
        && AirflowPattern.IsIn(run.RunId, IdPattern) && AirflowPattern.IsIn(run.Dag, DagPattern)
        && RunAfter.Hold(run.RunAfter) && LogicalDate.Hold(run.LogicalDate) && Start.Hold(run.Start) && End.Hold(run.End) && Duration.Hold(run.Duration);
}

/// <summary>A run in a listing; its number is its place among those that were listed, the newest first.</summary>
internal sealed record AirflowRunEntry(int Number, string RunId, string Dag, DateTimeOffset CreatedAt, string State, string Type, DateTimeOffset RunAfter, DateTimeOffset LogicalDate, DateTimeOffset? Start, DateTimeOffset? End)
{
    public double? Duration => AirflowTimes.Seconds(Start, End);

    public static AirflowRunEntry Of(int number, RunIndexEntry entry, RunSummary summary) => new(
        number, entry.RunId, entry.Dag, entry.CreatedAt, AirflowStates.Of(summary.Status), AirflowStates.RunTypeOf(summary.Trigger),
        AirflowTimes.RunAfter(summary.Trigger, summary.LogicalDate, entry.CreatedAt), summary.LogicalDate, AirflowTimes.Utc(summary.StartedAt), AirflowTimes.Utc(summary.EndedAt));

    /// <summary>The value of a field, to order by; ids count up with age.</summary>
    public IComparable? Value(string field) => field switch
    {
        "dag_id" => Dag,
        "run_id" or "dag_run_id" => RunId,
        "run_after" => RunAfter,
        "logical_date" => LogicalDate,
        "start_date" => Start,
        "end_date" => End,
        "duration" => Duration,
        "state" => State,
        "queued_at" => CreatedAt,
        _ => -Number,
    };
}
