using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>A task of a DAG.</summary>
internal sealed class AirflowTask(AirflowPlan plan, TaskSpec task)
{
    /// <summary>The pool of tasks that name none, by Airflow's name.</summary>
    public const string DefaultPool = "default_pool";

    public string TaskId => task.Id;

    public string TaskDisplayName => task.Id;

    public string? Owner { get; }

    public DateTimeOffset? StartDate { get; }

    public DateTimeOffset? EndDate { get; }

    public string TriggerRule => JsonNamingPolicy.SnakeCaseLower.ConvertName(task.TriggerRule.ToString());

    public bool DependsOnPast => task.DependsOnPast;

    public bool WaitForDownstream { get; }

    public int Retries => task.Retry.Retries;

    public string Queue => plan.Dag.Lane;

    public string Pool => PoolOf(task).Pool;

    public int PoolSlots => PoolOf(task).Slots;

    public AirflowDuration? ExecutionTimeout => task.Timeout is { } timeout ? AirflowDuration.Of(timeout) : null;

    public AirflowDuration RetryDelay => AirflowDuration.Of(task.Retry.Delay);

    public double RetryExponentialBackoff => task.Retry.Backoff;

    public int PriorityWeight => task.Priority;

    public string WeightRule { get; } = "absolute";

    public string? UiColor { get; }

    public string? UiFgcolor { get; }

    public ImmutableArray<string> TemplateFields => task.With.ValueKind is JsonValueKind.Object ? [.. task.With.EnumerateObject().Select(each => each.Name)] : [];

    public ImmutableArray<string> DownstreamTaskIds => [.. plan.DownstreamOf(task.Id)];

    public string? DocMd => task.Description;

    public string OperatorName => task.Operator;

    public JsonElement? Params { get; }

    public JsonElement? ClassRef { get; }

    public bool IsMapped => plan.IsMapped(task);

    public ImmutableArray<string> ExtraLinks { get; } = [];

    /// <summary>Airflow knows one pool of a task: the first.</summary>
    public static PoolUse PoolOf(TaskSpec task) => task.Pools is [var first, ..] ? first : new PoolUse(DefaultPool);
}

/// <summary>A length of time.</summary>
internal sealed record AirflowDuration([property: JsonPropertyName("__type")] string Kind, long Days, int Seconds, int Microseconds)
{
    public static AirflowDuration Of(TimeSpan time) => new("TimeDelta", time.Days, (int)(time - TimeSpan.FromDays(time.Days)).TotalSeconds, time.Milliseconds * 1_000 + time.Microseconds);
}

/// <summary>Tasks of a DAG.</summary>
internal sealed record AirflowTasks(ImmutableArray<AirflowTask> Tasks, long TotalEntries);
