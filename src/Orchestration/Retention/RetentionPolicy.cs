using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>How long what runs leave behind is kept. A DAG's own <see cref="RetentionSpec"/> goes before the host's policy, field by field.</summary>
public sealed record RetentionPolicy
{
    /// <summary>Documents and history of ended runs, from their end. Default 90 days.</summary>
    public TimeSpan Runs { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Logs of ended runs, from their end. Default 30 days.</summary>
    public TimeSpan Logs { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Outputs and files of ended runs, from their end. Default 30 days.</summary>
    public TimeSpan Outputs { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Ended runs kept of a DAG, 1 or more. Default 1,000.</summary>
    public int MaxRuns { get; init; } = 1_000;

    /// <summary>How long the id of a purged run is remembered, so that nothing runs under it again. Default 90 days.</summary>
    public TimeSpan IdMemory { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a version of a DAG stays that no run and no published DAG refers to; 2 days or more. Default 7 days.</summary>
    public TimeSpan UnusedVersions { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Versions of a DAG that are listed, the newest ones, 1 or more; runs keep theirs readable. Default 100.</summary>
    public int Versions { get; init; } = 100;

    /// <summary>Events of datasets, from when they landed. The last of each partition stays. Default 180 days.</summary>
    public TimeSpan Datasets { get; init; } = TimeSpan.FromDays(180);

    /// <summary>Backfills, from their end. Default 90 days.</summary>
    public TimeSpan Backfills { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Alerts, from when they were raised. Default 90 days.</summary>
    public TimeSpan Alerts { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Figures of days, by which the fleet is shown. Default 400 days.</summary>
    public TimeSpan Statistics { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Entries of the audit log. Default 365 days.</summary>
    public TimeSpan Audit { get; init; } = TimeSpan.FromDays(365);

    /// <summary>The policy for a DAG.</summary>
    public RetentionPolicy For(RetentionSpec? dag) => dag is null ? this : this with
    {
        Runs = dag.Runs ?? Runs,
        Logs = dag.Logs ?? Logs,
        Outputs = dag.Outputs ?? Outputs,
        MaxRuns = dag.MaxRuns ?? MaxRuns,
    };
}
