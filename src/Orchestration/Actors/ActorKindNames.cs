namespace Updraft.Orchestration;

/// <summary>Names of the kinds of actors. They stand in documents, so they never change.</summary>
public static class ActorKindNames
{
    /// <summary>A run of a DAG.</summary>
    public const string Run = "run";

    /// <summary>Some instances of a large map of a run.</summary>
    public const string Part = "part";

    /// <summary>An attempt of a remote job or sensor.</summary>
    public const string Job = "job";

    /// <summary>What looks at conditions for all who wait for them.</summary>
    public const string Watcher = "watcher";

    /// <summary>What starts the runs of a published DAG.</summary>
    public const string Dag = "dag";

    /// <summary>The runs of a range of ticks.</summary>
    public const string Backfill = "backfill";

    /// <summary>What measures how late timers and activities are.</summary>
    public const string Canary = "canary";
}
