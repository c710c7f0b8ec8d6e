using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Tells the actor of a DAG that its catalogue entry has changed. The entry id is made of <see cref="Sequence"/>; a lower one is stale.</summary>
public sealed record DagChanged
{
    /// <summary>Kind of the inbox entry.</summary>
    public const string Kind = "dag-changed";

    /// <summary>Counts the changes of the catalogue entry.</summary>
    public required long Sequence { get; init; }

    /// <summary>Hash of the current version; null when the DAG was removed.</summary>
    public string? Hash { get; init; }

    /// <summary>The current version's schedule; null for none.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <inheritdoc cref="DagSpec.PauseAfterFailures"/>
    public int? PauseAfterFailures { get; init; }

    /// <summary>Whether the DAG makes no runs by itself.</summary>
    public bool Paused { get; init; }

    /// <summary>When the current version was published.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>When the change was made.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>Tells the actor of a DAG that a dataset that it listens to has landed. The entry id is made of the cause.</summary>
/// <param name="Id">Names the success: made of dataset, partition, run, task, place and try.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Partition">Which part of it; null for the whole.</param>
/// <param name="RunId">The run whose task made it; null when it was reported from outside.</param>
/// <param name="TaskId">The task; null when it was reported from outside.</param>
/// <param name="At">When the task succeeded.</param>
public sealed record DatasetLanded(string Id, string Dataset, string? Partition, string? RunId, string? TaskId, DateTimeOffset At)
{
    /// <summary>Kind of the inbox entry.</summary>
    public const string Kind = "dataset-landed";
}

/// <summary>Tells the actor of a DAG that a run of it has ended; only runs whose request says <see cref="RunRequest.TellsDag"/>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Opened">How often it was opened again before this end.</param>
/// <param name="Status">How it ended.</param>
/// <param name="LogicalDate">Its logical date.</param>
public sealed record RunEnded(string RunId, int Opened, RunStatus Status, DateTimeOffset LogicalDate)
{
    /// <summary>Kind of the inbox entry.</summary>
    public const string Kind = "run-ended";
}

/// <summary>The actor of a published DAG.</summary>
public static class DagPaths
{
    /// <summary>Its id.</summary>
    public static ActorId ActorOf(string dag) => new(ActorKindNames.Dag, "dags/" + DocumentPath.Of(dag));
}
