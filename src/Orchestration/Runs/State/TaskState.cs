namespace Updraft.Orchestration;

/// <summary>State of a task instance, by Airflow's names.</summary>
public enum TaskState
{
    /// <summary>Not decided yet.</summary>
    None,

    /// <summary>May start; waits for a slot or for the list of its map.</summary>
    Scheduled,

    /// <summary>An attempt is at work.</summary>
    Running,

    /// <summary>A remote job, sensor or event is awaited; no worker is held.</summary>
    Waiting,

    /// <summary>An attempt failed; the next one comes at a set time.</summary>
    UpForRetry,

    /// <summary>Work is being killed; not yet confirmed dead.</summary>
    Stopping,

    /// <summary>Final: the work is done.</summary>
    Success,

    /// <summary>Final: the work failed, its retries spent.</summary>
    Failed,

    /// <summary>Final: could not run because an upstream failed.</summary>
    UpstreamFailed,

    /// <summary>Final: by rule, by a branch or by itself.</summary>
    Skipped,

    /// <summary>Final: a rerun's list no longer has this item; counts neither for nor against anything.</summary>
    Removed,
}

/// <summary>Questions asked of a <see cref="TaskState"/>.</summary>
public static class TaskStates
{
    /// <summary>Whether nothing more happens by itself.</summary>
    public static bool IsFinal(this TaskState state) => state >= TaskState.Success;

    /// <summary>Whether work is out there that would have to be killed.</summary>
    public static bool IsActive(this TaskState state) => state is TaskState.Running or TaskState.Waiting or TaskState.Stopping;
}

/// <summary>State of a run.</summary>
public enum RunStatus
{
    /// <summary>Waits for a run slot of its DAG.</summary>
    Queued,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Starts nothing new; what runs goes on.</summary>
    Paused,

    /// <summary>Final: succeeded, perhaps over a failed task.</summary>
    Success,

    /// <summary>Final: failed.</summary>
    Failed,

    /// <summary>Final: cancelled.</summary>
    Cancelled,
}
