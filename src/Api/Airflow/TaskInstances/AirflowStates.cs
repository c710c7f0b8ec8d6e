using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>States by Airflow's names.</summary>
internal static class AirflowStates
{
    /// <summary>In a filter: the state of what is not decided yet, which is null in answers.</summary>
    public const string None = "none";

    /// <summary>States of runs.</summary>
    public static readonly string[] OfRuns = ["queued", "running", "success", "failed"];

    /// <summary>States of task instances, as filters name them.</summary>
    public static readonly string[] OfTasks =
        ["removed", "scheduled", "queued", "running", "success", "restarting", "failed", "up_for_retry", "up_for_reschedule", "upstream_failed", "skipped", "deferred", None, "no_status"];

    /// <summary>Of a run: what is paused is running, and what was cancelled has failed.</summary>
    public static string Of(RunStatus status) => status switch
    {
        RunStatus.Queued => "queued",
        RunStatus.Success => "success",
        RunStatus.Failed or RunStatus.Cancelled => "failed",
        _ => "running",
    };

    /// <summary>Of a run: a state is the last only once all of the run is stored, so that nobody takes the end before a clear for that after it.</summary>
    public static string Of(RunView run) => run is { Final: false, Body.Status: RunStatus.Success or RunStatus.Failed or RunStatus.Cancelled } ? "running" : Of(run.Body.Status);

    /// <summary>Of a task instance; null for one that is not decided yet.</summary>
    public static string? Of(InstanceDocument instance) => instance.State switch
    {
        TaskState.None => null,
        TaskState.Waiting => "deferred",
        TaskState.Stopping => instance.Stop == "clear" ? "restarting" : "running",
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(instance.State.ToString()),
    };

    /// <summary>What began a run, by the name that Airflow has for its kind.</summary>
    public static string RunTypeOf(string trigger) => trigger switch
    {
        "schedule" => "scheduled",
        "dataset" => "asset_triggered",
        "backfill" => "backfill",
        _ => "manual",
    };

    /// <summary>By what means a run began.</summary>
    public static string TriggeredBy(string trigger) => trigger switch
    {
        "schedule" => "timetable",
        "dataset" => "asset",
        "backfill" => "backfill",
        "dag" or "callback" => "operator",
        _ => "rest_api",
    };
}
