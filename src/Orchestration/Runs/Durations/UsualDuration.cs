namespace Updraft.Orchestration;

/// <summary>Input of <see cref="ActivityNames.UsualDuration"/>: how long a DAG's runs, or a task of them, usually take.</summary>
/// <param name="Dag">The DAG.</param>
/// <param name="TaskId">Full id of the task; null for the run.</param>
public sealed record UsualDuration(string Dag, string? TaskId = null);

/// <summary>Result of <see cref="ActivityNames.UsualDuration"/>.</summary>
/// <param name="Median">The median of the last 20 successes; null when there is none.</param>
public sealed record UsualDurationRead(TimeSpan? Median);
