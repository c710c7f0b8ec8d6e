using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Which task instances are meant, and of which runs.</summary>
internal sealed record AirflowTaskFilter
{
    /// <summary>Fields that task instances can be ordered by.</summary>
    public static readonly string[] Fields = ["map_index", "task_id", "id", "state", "start_date", "end_date", "duration", "run_after", "logical_date", "try_number", "queued_when", "scheduled_when", "rendered_map_index", "operator"];

    /// <summary>Which runs.</summary>
    public required AirflowRunFilter Runs { get; init; }

    public ImmutableArray<string> Tasks { get; init; } = [];

    public ImmutableArray<string> States { get; init; } = [];

    public ImmutableArray<string> Pools { get; init; } = [];

    public ImmutableArray<string> Queues { get; init; } = [];

    public ImmutableArray<string> Operators { get; init; } = [];

    public ImmutableArray<string> Tries { get; init; } = [];

    public ImmutableArray<string> Indexes { get; init; } = [];

    public string? TaskPattern { get; init; }

    public string? Group { get; init; }

    public AirflowBounds<DateTimeOffset> Start { get; init; }

    public AirflowBounds<DateTimeOffset> End { get; init; }

    public AirflowBounds<double> Duration { get; init; }

    /// <summary>What the query of a list says.</summary>
    public static AirflowTaskFilter Of(AirflowParameters asked) => Common(asked) with
    {
        Runs = new() { RunAfter = asked.Times("run_after"), LogicalDate = asked.Times("logical_date"), IdPattern = asked.Pattern("run_id_pattern"), DagPattern = asked.Pattern("dag_id_pattern") },
        Tasks = asked.Texts("task_id"),
        Operators = asked.Texts("operator"),
        Tries = asked.Texts("try_number"),
        Indexes = asked.Texts("map_index"),
        TaskPattern = asked.Pattern("task_display_name_pattern"),
        Group = asked.Text("task_group_id"),
    };

    /// <summary>What the body of a list says.</summary>
    public static AirflowTaskFilter OfBody(AirflowParameters asked) => Common(asked) with
    {
        Runs = new() { Dags = asked.Texts("dag_ids"), Ids = asked.Texts("dag_run_ids"), RunAfter = asked.Times("run_after"), LogicalDate = asked.Times("logical_date") },
        Tasks = asked.Texts("task_ids"),
    };

    private static AirflowTaskFilter Common(AirflowParameters asked) => new()
    {
        Runs = new(),
        States = asked.Among("state", AirflowStates.OfTasks),
        Pools = asked.Texts("pool"),
        Queues = asked.Texts("queue"),
        Start = asked.Times("start_date"),
        End = asked.Times("end_date"),
        Duration = asked.Numbers("duration"),
    };

    public bool Fits(AirflowTaskInstance each, TaskSpec task) =>
        (Tasks.IsEmpty || Tasks.Contains(each.TaskId))
        && (States.IsEmpty || States.Contains(each.State ?? AirflowStates.None) || (each.State is null && States.Contains("no_status")))
        && (Pools.IsEmpty || Pools.Contains(each.Pool)) && (Queues.IsEmpty || Queues.Contains(each.Queue ?? "")) && (Operators.IsEmpty || Operators.Contains(each.Operator ?? ""))
        && (Tries.IsEmpty || Tries.Contains(Text(each.TryNumber))) && (Indexes.IsEmpty || Indexes.Contains(Text(each.MapIndex)))
        && AirflowPattern.IsIn(each.TaskId, TaskPattern)
        && (Group is null || task.Group == Group || task.Group?.StartsWith(Group + ".", StringComparison.Ordinal) == true)
        && Start.Hold(each.StartDate) && End.Hold(each.EndDate) && Duration.Hold(each.Duration);

    /// <summary>The value of a field of a task instance, to order by.</summary>
    public static IComparable? Value(AirflowTaskInstance each, string field) => field switch
    {
        "task_id" => each.TaskId,
        "id" => each.Id.ToString(),
        "state" => each.State,
        "start_date" => each.StartDate,
        "end_date" => each.EndDate,
        "duration" => each.Duration,
        "run_after" => each.RunAfter,
        "logical_date" => each.LogicalDate,
        "try_number" => each.TryNumber,
        "queued_when" or "scheduled_when" => each.ScheduledWhen,
        "rendered_map_index" => each.RenderedMapIndex,
        "operator" => each.Operator,
        _ => each.MapIndex,
    };

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
