namespace Updraft.Dags;

/// <summary>What the final states of a task's direct upstreams must be, by Airflow's names (<c>semantics.md</c>, "Trigger rules").</summary>
public enum TriggerRule
{
    /// <summary>All succeeded. The default.</summary>
    AllSuccess,

    /// <summary>All failed, or have a failed upstream.</summary>
    AllFailed,

    /// <summary>All are final.</summary>
    AllDone,

    /// <summary>All are final and at least one succeeded.</summary>
    AllDoneMinOneSuccess,

    /// <summary>All were skipped.</summary>
    AllSkipped,

    /// <summary>One has succeeded; the others are not waited for.</summary>
    OneSuccess,

    /// <summary>One has failed, or has a failed upstream; the others are not waited for.</summary>
    OneFailed,

    /// <summary>One has succeeded or failed; the others are not waited for.</summary>
    OneDone,

    /// <summary>None failed, nor has a failed upstream.</summary>
    NoneFailed,

    /// <summary>None failed, nor has a failed upstream, and at least one succeeded.</summary>
    NoneFailedMinOneSuccess,

    /// <summary>None was skipped.</summary>
    NoneSkipped,

    /// <summary>At once, whatever the upstreams do.</summary>
    Always,
}
