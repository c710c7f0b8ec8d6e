using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A DAG. What there is no such thing as here is null, or empty where null is not allowed.</summary>
internal record AirflowDag
{
    /// <summary>In place of a limit that is not set, where Airflow's schema has no null.</summary>
    public const int NoLimit = int.MaxValue;

    public AirflowDag(PublishedDag dag, DagSpec spec, DateTimeOffset now)
    {
        var next = NextOf(dag, now);
        DagId = dag.Name;
        IsPaused = dag.Paused;
        LastParsedTime = dag.PublishedAt;
        BundleVersion = FileToken = dag.Current!.Hash;
        Description = spec.Description;
        TimetableSummary = PublishedSummary.Of(dag).Schedule;
        TimetablePartitioned = dag.Schedule?.PerPartition ?? false;
        Tags = [.. TagsOf(spec).Select(name => new AirflowTag(name, dag.Name, dag.Name))];
        MaxActiveTasks = spec.MaxActiveTasks ?? NoLimit;
        MaxActiveRuns = spec.MaxActiveRuns ?? (spec.Schedule is null ? null : 16);
        MaxConsecutiveFailedDagRuns = spec.PauseAfterFailures ?? 0;
        HasTaskConcurrencyLimits = spec.Tasks.Any(task => task.Map?.MaxActive is not null || task.Limit is not null) || spec.Groups.Any(group => group.Map?.MaxActive is not null);
        NextDagrunLogicalDate = next?.End;
        NextDagrunDataIntervalStart = next?.Start;
        NextDagrunDataIntervalEnd = next?.End;
        Owners = dag.Team is { } team ? [team] : [];
    }

    public string DagId { get; }

    public string DagDisplayName => DagId;

    public bool IsPaused { get; }

    public bool IsStale { get; }

    public DateTimeOffset? LastParsedTime { get; }

    public double? LastParseDuration { get; }

    public DateTimeOffset? LastExpired { get; }

    public string? BundleName { get; }

    public string? BundleVersion { get; }

    public string? RelativeFileloc { get; }

    public string Fileloc { get; } = "";

    public string? Description { get; }

    public string? TimetableSummary { get; }

    public string? TimetableDescription => TimetableSummary;

    public bool TimetablePartitioned { get; }

    public ImmutableArray<AirflowTag> Tags { get; }

    public int MaxActiveTasks { get; }

    public int? MaxActiveRuns { get; }

    public int MaxConsecutiveFailedDagRuns { get; }

    public bool HasTaskConcurrencyLimits { get; }

    public bool HasImportErrors { get; }

    public DateTimeOffset? NextDagrunLogicalDate { get; }

    public DateTimeOffset? NextDagrunDataIntervalStart { get; }

    public DateTimeOffset? NextDagrunDataIntervalEnd { get; }

    public DateTimeOffset? NextDagrunRunAfter => NextDagrunLogicalDate;

    public ImmutableArray<string>? AllowedRunTypes { get; }

    public ImmutableArray<string> Owners { get; }

    public string FileToken { get; }

    /// <summary>Labels as tags: <c>name:value</c>, or the name where there is no value, or one of each run's own.</summary>
    public static IEnumerable<string> TagsOf(DagSpec spec) => spec.Labels.Select(label => label.Value.Length == 0 || Template.HasExpressions(label.Value) ? label.Key : $"{label.Key}:{label.Value}");

    private static DataInterval? NextOf(PublishedDag dag, DateTimeOffset now)
    {
        if (dag.Paused || dag.Schedule is not { HasTicks: true } schedule) return null;
        var ticks = Schedule.Create(schedule);
        return ticks.NextTick(now) is { } tick ? ticks.IntervalOf(tick) : null;
    }
}

/// <summary>A tag of a DAG.</summary>
internal sealed record AirflowTag(string Name, string DagId, string DagDisplayName);

/// <summary>Some DAGs.</summary>
internal sealed record AirflowDags(ImmutableArray<AirflowDag> Dags, long TotalEntries);
