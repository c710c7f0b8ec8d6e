namespace Updraft.Orchestration;

/// <summary>Names of the activities, by which machines call them and hosts register them. They stand in histories, so they never change.</summary>
public static class ActivityNames
{
    /// <summary>Runs the whole of an attempt: <see cref="AttemptRequest"/> → <see cref="AttemptResult"/>.</summary>
    public const string RunAttempt = "run-attempt";

    /// <summary>Asks the activity at work on an attempt to stop: <see cref="StopAttempt"/> → <see cref="StoppedAttempt"/>.</summary>
    public const string StopAttempt = "stop-attempt";

    /// <summary>Starts a remote job: <see cref="SubmitJob"/> → <see cref="SubmittedJob"/>.</summary>
    public const string SubmitJob = "submit-job";

    /// <summary>Looks at a remote job and fetches its logs: <see cref="CheckJob"/> → <see cref="CheckedJob"/>.</summary>
    public const string CheckJob = "check-job";

    /// <summary>Kills a remote job: <see cref="CancelJob"/> → <see cref="CancelledJob"/>.</summary>
    public const string CancelJob = "cancel-job";

    /// <summary>Looks at a sensor's condition: <see cref="PokeSensor"/> → <see cref="PokedSensor"/>.</summary>
    public const string PokeSensor = "poke-sensor";

    /// <summary>Begins a sensor's wait, alone or with all who wait for the same: <see cref="StartActor"/>, as for an attempt that waits alone → <see cref="StartedWait"/>.</summary>
    public const string StartWait = "start-wait";

    /// <summary>Ends a sensor's wait: <see cref="Orchestration.StopWait"/> → <see cref="StoppedWait"/>.</summary>
    public const string StopWait = "stop-wait";

    /// <summary>Looks at conditions for all who wait for them: <see cref="Orchestration.WatchConditions"/> → <see cref="WatchedConditions"/>.</summary>
    public const string WatchConditions = "watch-conditions";

    /// <summary>Makes and stores the items of a mapped task or group: <see cref="ExpandMapRequest"/> → <see cref="MapExpanded"/>.</summary>
    public const string ExpandMap = "expand-map";

    /// <summary>Reads the keys of some slots of a list: <see cref="Orchestration.ReadMapKeys"/> → <see cref="MapExpanded"/>.</summary>
    public const string ReadMapKeys = "read-map-keys";

    /// <summary>Renders the key of a task's limit: <see cref="AttemptRequest"/> → <see cref="LimitKey"/>.</summary>
    public const string RenderLimitKey = "render-limit-key";

    /// <summary>Reads what is stored of an actor, but its pages and spec.</summary>
    public const string LoadActor = "load-actor";

    /// <summary>Reads a page or a spec, or a chunk of one.</summary>
    public const string LoadChunk = "load-chunk";

    /// <summary>Stores pages of an actor's document that do not fit beside its head.</summary>
    public const string PublishPages = "publish-pages";

    /// <summary>Stores an actor's head document, and pages that fit beside it.</summary>
    public const string PublishActor = "publish-actor";

    /// <summary>Reads an actor's inbox.</summary>
    public const string ReadInbox = "read-inbox";

    /// <summary>Deletes inbox entries that were taken.</summary>
    public const string ClearInbox = "clear-inbox";

    /// <summary>Ends an actor, unless something was told to it.</summary>
    public const string EndActor = "end-actor";

    /// <summary>Creates and starts an actor.</summary>
    public const string StartActor = "start-actor";

    /// <summary>Puts an entry into an actor's inbox, and opens the actor again when it has ended.</summary>
    public const string TellActor = "tell-actor";

    /// <summary>Takes slots of pools, or waits at a full one.</summary>
    public const string AcquirePools = "acquire-pools";

    /// <summary>Gives slots of pools back.</summary>
    public const string ReleasePools = "release-pools";

    /// <summary>Leaves the queue of a pool.</summary>
    public const string AbandonWait = "abandon-wait";

    /// <summary>Starts the callbacks of a moment: <see cref="Orchestration.FireCallbacks"/> → nothing.</summary>
    public const string FireCallbacks = "fire-callbacks";

    /// <summary>Reads how long a DAG's runs, or a task, usually take: <see cref="Orchestration.UsualDuration"/> → <see cref="UsualDurationRead"/>.</summary>
    public const string UsualDuration = "usual-duration";

    /// <summary>Reads how the run before stands: <see cref="Orchestration.CheckPast"/> → <see cref="PastState"/>.</summary>
    public const string CheckPast = "check-past";

    /// <summary>Makes a run that a DAG's actor has decided on: <see cref="TriggerPending"/> → <see cref="TriggeredPending"/>.</summary>
    public const string TriggerRun = "trigger-run";

    /// <summary>Makes or clears the run of a backfill's tick, and asks it to say when it has ended: <see cref="BeginBackfillRun"/> → <see cref="BegunBackfillRun"/>.</summary>
    public const string BackfillRun = "backfill-run";

    /// <summary>Pauses a DAG whose runs fail: <see cref="Orchestration.PauseDag"/> → nothing.</summary>
    public const string PauseDag = "pause-dag";

    /// <summary>Records datasets that a task has made, and tells the DAGs that listen: <see cref="Orchestration.RecordDatasets"/> → nothing.</summary>
    public const string RecordDatasets = "record-datasets";

    /// <summary>Notes the time at a worker, and writes the heartbeat.</summary>
    public const string Heartbeat = "heartbeat";

    /// <summary>Raises an alert, once for each cause: <see cref="Alert"/>.</summary>
    public const string RaiseAlert = "raise-alert";
}
