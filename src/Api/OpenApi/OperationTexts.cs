using System.Collections.Frozen;

namespace Updraft.Api;

/// <summary>What the operations are called, and what they do, in a line each.</summary>
internal static class OperationTexts
{
    private static readonly FrozenDictionary<string, OperationText> All = new Dictionary<string, OperationText>(StringComparer.Ordinal)
    {
        ["GET /health"] = new("checkHealth", "Whether the installation works: 200 when it does, 503 when it does not. For load balancers and monitors."),
        ["GET /api/v1/health"] = new("getHealth", "How the machinery stands: heartbeats, the watchdog's last round, storage."),
        ["GET /api/v1/version"] = new("getVersion", "Which version of Updraft answers."),
        ["GET /api/v1/whoami"] = new("whoAmI", "Who asks, and what they may."),

        ["GET /api/v1/dags"] = new("listDags", "Lists published DAGs and experiments by name."),
        ["POST /api/v1/dags"] = new("publishDag", "Publishes a version of a DAG, or of an experiment beside it."),
        ["GET /api/v1/dags/{dag}"] = new("getDag", "A published DAG or experiment."),
        ["DELETE /api/v1/dags/{dag}"] = new("deleteDag", "Removes a DAG or experiment; its runs stay."),
        ["GET /api/v1/dags/{dag}/versions"] = new("listVersions", "Lists the versions of a DAG, newest first."),
        ["GET /api/v1/dags/{dag}/experiments"] = new("listExperiments", "Lists the experiments beside a DAG."),
        ["GET /api/v1/dags/{dag}/ticks"] = new("listTicks", "The next ticks of a DAG's schedule."),
        ["POST /api/v1/dags/{dag}/pause"] = new("pauseDag", "Keeps a DAG from making runs by itself."),
        ["POST /api/v1/dags/{dag}/unpause"] = new("unpauseDag", "Lets a DAG make runs by itself again."),
        ["GET /api/v1/schedules"] = new("listSchedules", "Lists the DAGs that run by themselves, with their next ticks."),
        ["GET /api/v1/packages/{hash}"] = new("getPackage", "What a package holds."),
        ["HEAD /api/v1/packages/{hash}"] = new("hasPackage", "Whether there is a package."),
        ["PUT /api/v1/packages/{hash}"] = new("putPackage", "Stores the code and files of DAGs: a zip archive, whose content is what the hash says."),

        ["GET /api/v1/runs"] = new("listRuns", "Lists runs, newest first, or those that fit what is asked for."),
        ["POST /api/v1/dags/{dag}/runs"] = new("triggerRun", "Makes a run of a published DAG."),
        ["POST /api/v1/runs"] = new("triggerInlineRun", "Makes a run of a DAG that comes with the request."),
        ["POST /api/v1/runs/match"] = new("matchRuns", "Finds the runs that a filter means, to be dealt with in bulk."),
        ["POST /api/v1/runs/bulk"] = new("changeRuns", "Does one thing to many runs; what is refused of one is told of that one."),
        ["GET /api/v1/runs/{runId}"] = new("getRun", "A run; 'status' is for scripts."),
        ["GET /api/v1/runs/{runId}/wait"] = new("waitForRun", "Answers when the run has ended, or has changed, or when the time is over."),
        ["GET /api/v1/runs/{runId}/dag"] = new("getDagOfRun", "The version of the DAG that a run is pinned to, in its canonical JSON."),
        ["GET /api/v1/runs/{runId}/tasks"] = new("listRunTasks", "Counts the instances of each task of a run by state."),
        ["GET /api/v1/runs/{runId}/stream"] = new("streamRun", "Tells the changes of a run as server-sent events, until it has ended."),
        ["GET /api/v1/runs/{runId}/logs/{task}/stream"] = new("streamLog", "Tells the lines of a log as server-sent events as they come, until the try is over."),
        ["GET /api/v1/stream"] = new("streamFleet", "Tells what becomes of runs, and alerts, as server-sent events."),
        ["GET /api/v1/statistics"] = new("getStatistics", "Figures of the runs that ended within some days, by DAG."),
        ["GET /api/v1/runs/{runId}/instances"] = new("listInstances", "Lists the task instances of a run."),
        ["GET /api/v1/runs/{runId}/logs/{task}"] = new("getLog", "The log of a try of a task instance, or a range of its bytes."),
        ["GET /api/v1/runs/{runId}/outputs/{task}"] = new("getOutput", "What a task instance has handed over."),
        ["GET /api/v1/runs/{runId}/files"] = new("listFiles", "Lists the files of a run."),
        ["GET /api/v1/runs/{runId}/files/{name}"] = new("getFile", "A file of a run, or a range of its bytes."),
        ["GET /api/v1/runs/{runId}/artifacts"] = new("listArtifacts", "Lists what the tasks of a run have made for people to look at."),
        ["GET /api/v1/runs/{runId}/artifacts/{task}/{place}/{name}"] = new("getArtifact", "Something that a task has made for people to look at."),
        ["GET /api/v1/runs/{runId}/explain"] = new("explainRun", "Says why a run, or a task of it, is not running."),
        ["POST /api/v1/runs/{runId}/cancel"] = new("cancelRun", "Cancels a run: kills its work and runs its teardowns."),
        ["POST /api/v1/runs/{runId}/pause"] = new("pauseRun", "Starts nothing new of a run."),
        ["POST /api/v1/runs/{runId}/resume"] = new("resumeRun", "Lets a paused run go on."),
        ["POST /api/v1/runs/{runId}/clear"] = new("clearTasks", "Has task instances run again; opens a run that has ended."),
        ["POST /api/v1/runs/{runId}/mark"] = new("markTasks", "Gives task instances a state by hand."),
        ["POST /api/v1/runs/{runId}/priority"] = new("prioritiseRun", "Changes who comes first where work waits for a limit."),
        ["POST /api/v1/runs/{runId}/rerun"] = new("rerunRun", "Makes a new run that repeats another."),
        ["GET /api/v1/runs/{runId}/note"] = new("getNote", "The note and labels of a run."),
        ["PATCH /api/v1/runs/{runId}/note"] = new("changeNote", "Changes the note and labels of a run."),

        ["GET /api/v1/approvals"] = new("listApprovals", "Lists the questions that wait for an answer."),
        ["GET /api/v1/runs/{runId}/approvals"] = new("listApprovalsOfRun", "Lists the questions of a run, with what became of them."),
        ["GET /api/v1/runs/{runId}/approvals/{task}"] = new("getApproval", "The question of a task instance."),
        ["POST /api/v1/runs/{runId}/approvals/{task}"] = new("answerApproval", "Answers the question of a task instance."),

        ["POST /api/v1/backfills/preview"] = new("previewBackfill", "What a backfill would do, without doing it."),
        ["POST /api/v1/backfills"] = new("createBackfill", "Makes runs of a range of ticks."),
        ["GET /api/v1/backfills"] = new("listBackfills", "Lists backfills, newest first."),
        ["GET /api/v1/backfills/{backfillId}"] = new("getBackfill", "A backfill, and how far it is."),
        ["POST /api/v1/backfills/{backfillId}/pause"] = new("pauseBackfill", "Begins nothing new of a backfill."),
        ["POST /api/v1/backfills/{backfillId}/resume"] = new("resumeBackfill", "Lets a paused backfill go on."),
        ["POST /api/v1/backfills/{backfillId}/cancel"] = new("cancelBackfill", "Cancels a backfill, and where asked its runs under way."),

        ["GET /api/v1/pools"] = new("listPools", "Lists the pools that are defined or in use."),
        ["GET /api/v1/pools/{pool}"] = new("getPool", "A pool, with those who hold its slots and those who wait."),
        ["PUT /api/v1/pools/{pool}"] = new("setPool", "Defines a pool, or changes it."),
        ["DELETE /api/v1/pools/{pool}"] = new("deletePool", "Removes a pool's definition."),

        ["POST /api/v1/events"] = new("sendEvent", "Sends an event to the runs that wait for it."),
        ["GET /api/v1/events"] = new("listEvents", "The events of a key that are known, and its open waits."),
        ["POST /api/v1/queue/messages"] = new("sendMessage", "Puts a message into the queue, which asks for a run or carries an event."),
        ["GET /api/v1/queue/messages"] = new("listMessages", "Lists the messages that wait."),
        ["GET /api/v1/queue/dead-letters"] = new("listDeadLetters", "Lists the messages that were put aside, newest first."),
        ["POST /api/v1/queue/dead-letters/{letter}/requeue"] = new("requeueDeadLetter", "Sends a message that was put aside once more."),
        ["DELETE /api/v1/queue/dead-letters/{letter}"] = new("purgeDeadLetter", "Removes a message that was put aside."),
        ["GET /api/v1/datasets"] = new("listDatasets", "Lists the names of datasets."),
        ["GET /api/v1/datasets/events"] = new("listDatasetEvents", "Lists when a dataset has landed, newest first."),
        ["GET /api/v1/datasets/partitions"] = new("listPartitions", "Lists the partitions of a dataset, each as it landed last."),
        ["POST /api/v1/datasets/events"] = new("reportDataset", "Reports that a dataset has landed, to those that listen."),
        ["GET /api/v1/waits"] = new("listWaits", "Lists the conditions that tasks wait for."),

        ["GET /api/v1/variables"] = new("listVariables", "Lists the values that templates read."),
        ["GET /api/v1/variables/{name}"] = new("getVariable", "A value that templates read."),
        ["PUT /api/v1/variables/{name}"] = new("setVariable", "Gives a variable a value."),
        ["DELETE /api/v1/variables/{name}"] = new("deleteVariable", "Removes a variable that was set by hand."),
        ["GET /api/v1/connections"] = new("listConnections", "Lists the connections of operators, without their secrets."),
        ["POST /api/v1/connections/{name}/test"] = new("testConnection", "Tries a connection out."),
        ["GET /api/v1/alerts"] = new("listAlerts", "Lists what a person should look at, newest first."),
        ["GET /api/v1/alerts/{alertId}"] = new("getAlert", "An alert."),

        ["GET /api/v1/teams"] = new("listTeams", "Lists the teams."),
        ["GET /api/v1/teams/{team}"] = new("getTeam", "A team."),
        ["PUT /api/v1/teams/{team}"] = new("setTeam", "Defines a team, or changes it."),
        ["DELETE /api/v1/teams/{team}"] = new("deleteTeam", "Removes a team to which nothing belongs."),
        ["POST /api/v1/keys"] = new("createKey", "Makes a key; it is shown this once."),
        ["GET /api/v1/keys"] = new("listKeys", "Lists the keys, without what signs in."),
        ["GET /api/v1/keys/{keyId}"] = new("getKey", "A key, without what signs in."),
        ["DELETE /api/v1/keys/{keyId}"] = new("revokeKey", "Revokes a key, at once."),
        ["GET /api/v1/costs"] = new("getCosts", "What runs have cost, by DAG, at the prices that were configured."),
        ["GET /api/v1/audit"] = new("listAudit", "Lists who did what, newest first."),
        ["POST /api/v1/retention"] = new("runRetention", "Removes what is older or more than the host's policy keeps, or the one that is given."),
        ["POST /api/v1/backup"] = new("makeBackup", "Copies all that is stored to a folder of the server: for its owner, over its own connection."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The words of an operation; of one that was given none, its method and path.</summary>
    public static OperationText Of(string method, string path) => All.GetValueOrDefault($"{method} {path}") ?? new OperationText($"{method} {path}", $"{method} {path}.");

    /// <summary>Whether an operation has words.</summary>
    public static bool Has(string method, string path) => All.ContainsKey($"{method} {path}");

    /// <summary>The resource that a path is about.</summary>
    public static string TagOf(string path) => path.Replace(UpdraftApi.Prefix, "", StringComparison.Ordinal).Split('/', 3)[1];
}

/// <summary>The words of an operation.</summary>
/// <param name="Id">Its name in programs.</param>
/// <param name="Summary">What it does.</param>
internal sealed record OperationText(string Id, string Summary);
