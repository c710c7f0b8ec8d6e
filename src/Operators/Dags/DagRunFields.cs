using System.ComponentModel;
using System.Globalization;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>The fields of <c>dag_run</c>.</summary>
public sealed record DagRunFields : ICheckedFields
{
    /// <summary>The DAG whose run is waited for.</summary>
    [Description("Name of the DAG whose run is waited for.")]
    public required string Dag { get; init; }

    /// <summary>The run.</summary>
    [Description("Id of the run; the run of a tick when it is not given.")]
    public string? RunId { get; init; }

    /// <summary>The tick.</summary>
    [Description("Tick of the run, as in 2026-03-01T02:00:00Z; this run's logical date when it is not given.")]
    public string? LogicalDate { get; init; }

    /// <summary>How much before the tick.</summary>
    [Description("How much earlier than that the other DAG ticks.")]
    public TimeSpan? Before { get; init; }

    /// <summary>Any success of late.</summary>
    [Description("Instead of one run: any run of the DAG that has succeeded within this time.")]
    public TimeSpan? LatestWithin { get; init; }

    /// <summary>One task of the run.</summary>
    [Description("Task of the run that is waited for, rather than the whole run.")]
    public string? Task { get; init; }

    /// <summary>Whether a failure ends the wait.</summary>
    [Description("Whether the task fails as soon as what it waits for has failed, rather than waiting until it is mended.")]
    public bool FailFast { get; init; } = true;

    /// <summary>How often to look.</summary>
    [Description("How often to look for a run that is not there yet; the end of one that is there is told.")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait.</summary>
    [Description("How long to wait, from the start of the try; for ever when it is not given.")]
    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether a missed deadline skips.</summary>
    [Description("Whether a missed deadline skips the task rather than failing it.")]
    public bool SoftFail { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        if (LogicalDate is not null && !DateTimeOffset.TryParse(LogicalDate, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            throw new UpdraftException(OperatorErrors.Fields, $"logical_date '{LogicalDate}' of the wait for DAG '{Dag}' is no instant, as 2026-03-01T02:00:00Z is");
        if (LatestWithin is not null && (Task is not null || RunId is not null || LogicalDate is not null || Before is not null))
            throw new UpdraftException(OperatorErrors.Fields, $"the wait for any success of DAG '{Dag}' names a run or a task too: leave out latest_within, or the others");
    }
}
