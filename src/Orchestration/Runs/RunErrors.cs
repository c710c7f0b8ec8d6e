namespace Updraft.Orchestration;

/// <summary>Stable codes of what goes wrong in runs.</summary>
public static class RunErrors
{
    /// <summary>A task's worker vanished three times in a row.</summary>
    public const string WorkerLost = "UPD2001";

    /// <summary>The list of a mapped task or group could not be made.</summary>
    public const string ListFailed = "UPD2002";

    /// <summary>A branch chose what is not directly downstream of it.</summary>
    public const string BranchAnswer = "UPD2003";

    /// <summary>The key of a task's limit could not be rendered.</summary>
    public const string LimitKey = "UPD2004";

    /// <summary>Work was stopped: by a cancel, a timeout, or a group that starts again.</summary>
    public const string Stopped = "UPD2005";

    /// <summary>A kill was not confirmed in time; the work may still be going on.</summary>
    public const string KillUnconfirmed = "UPD2006";

    /// <summary>A run can make no progress.</summary>
    public const string Stuck = "UPD2007";

    /// <summary>A run took longer than its run timeout.</summary>
    public const string RunTimeout = "UPD2008";

    /// <summary>There is no such run.</summary>
    public const string NoSuchRun = "UPD2009";

    /// <summary>A run's version of its DAG is not stored.</summary>
    public const string NoSuchVersion = "UPD2010";

    /// <summary>The conf of a trigger is refused.</summary>
    public const string ConfRefused = "UPD2011";

    /// <summary>The run id of a trigger is refused.</summary>
    public const string RunIdRefused = "UPD2012";

    /// <summary>A task cannot be run alone.</summary>
    public const string NotAlone = "UPD2014";

    /// <summary>The orchestration of a run has ended before the run did.</summary>
    public const string Broken = "UPD2013";

    /// <summary>The host died time after time while it ran a task in its process.</summary>
    public const string KillsHost = "UPD2015";

    /// <summary>A run of this id was removed by retention, and its id is still remembered.</summary>
    public const string Purged = "UPD2091";
}
