namespace Updraft.Dags;

/// <summary>
/// Every field of the YAML and JSON form: the one table of which the published schema is made and against which the reference and the
/// reader are checked.
/// </summary>
internal static class DagShapes
{
    public static readonly Shape Dag = new(
        "dag",
        "A DAG: the whole of a file.",
        new("name", FieldType.Name, null, "The DAG's name, `[A-Za-z0-9_.-]{1,64}`."),
        new("description", FieldType.Text, "none", "What the DAG is for."),
        new("labels", FieldType.Strings, "none", "Labels given to every run, by which runs are found; the values are templates over `params` and `conf`, as in `{{ params.region }}`."),
        new("params", FieldType.Named("param"), "none", "What a run may be given as conf, by name; conf with other names is refused."),
        new("business_key", FieldType.Template, "none", "Template over `params` and `conf` that names what a run is about, as in `{{ params.user_id }}`: events find runs by it."),
        new("schedule", FieldType.ObjectOr("schedule", FieldType.Text), "none", "When runs start by themselves; text alone is cron."),
        new("max_active_runs", FieldType.Integer(1), "16 with a schedule, no limit without", "Runs under way at once."),
        new("max_queued_runs", FieldType.Integer(0), "no limit", "Runs that may wait for one under way to end; a further one is refused."),
        new("max_active_tasks", FieldType.Integer(1), "no limit", "Task instances at work at once within one run."),
        new("depends_on_past", FieldType.Flag, "`false`", "Whether a run starts only once the run of the tick before has succeeded."),
        new("pause_after_failures", FieldType.Integer(1), "never", "The DAG pauses itself after so many failed runs in a row."),
        new("outcome", FieldType.Word<OutcomePolicy>(), "`leaves`", "Which tasks decide whether a run succeeded."),
        new("run_timeout", FieldType.Duration, "no limit", "How long a run may take from its start."),
        new("due", FieldType.Object("due"), "never", "When a run counts as late, which alerts once."),
        new("lane", FieldType.Name, "`default`", "The workers that run this DAG."),
        new("on_success", FieldType.Several("callback"), "none", "What is done when a run has succeeded."),
        new("on_failure", FieldType.Several("callback"), "none", "What is done when a run has failed; not when it was cancelled."),
        new("on_late", FieldType.Several("callback"), "none", "What is done when a run is late, as `due` says."),
        new("retention", FieldType.Object("retention"), "the host's policy", "How long what runs leave behind is kept."),
        new("tasks", FieldType.Named("task"), null, "Tasks and groups by name, in any order; an entry that has `tasks` of its own is a group."));

    public static readonly Shape DagYaml = new(
        "dag",
        "Fields of a DAG that are settled while the file is loaded.",
        new("defaults", FieldType.Object("defaults"), "none", "Fields put into every task that does not give them."),
        new("instances", FieldType.Any, "none", "A list of mappings from names to values: makes one DAG per entry, with `<< name >>` replaced by the entry's value."));

    public static readonly Shape Group = new(
        "group",
        "Tasks that belong together: shown as one, mapped as one, retried as one.",
        new("description", FieldType.Text, "none", "What the group is for."),
        new("after", FieldType.Texts, "none", "Tasks and groups that every root of this group waits for."),
        new("map", FieldType.Object("map"), "none", "Makes one instance of the whole group per item."),
        new("retries", FieldType.Integer(0, 1000), "0", "How often the whole group starts again when a member has finally failed."),
        new("retry_delay", FieldType.Duration, "`0s`", "Wait before the group starts again."),
        new("tasks", FieldType.Named("task"), null, "The group's tasks and groups."));

    public static readonly Shape GroupYaml = new(
        "group",
        "Fields of a group that are settled while the file is loaded.",
        new Field("defaults", FieldType.Object("defaults"), "none", "As the DAG's, for the tasks of this group; the nearest wins."));

    public static readonly Shape Task = new(
        "task",
        "One task: its operator's name with the operator's fields, and how it is run.",
        new("description", FieldType.Text, "none", "What the task is for."),
        new("after", FieldType.Texts, "none", "Tasks and groups that this task waits for: its direct upstreams."),
        new("trigger_rule", FieldType.Word<TriggerRule>(), "`all_success`", "What the states of the direct upstreams must be."),
        new("depends_on_past", FieldType.Flag, "`false`", "Whether the task starts only once the same task of the run of the tick before has succeeded or was skipped."),
        new("kind", FieldType.Word<TaskKind>(), "`work`", "What the task's output decides: nothing, which downstreams a branch follows, or whether a short-circuit goes on."),
        new("respect_trigger_rules", FieldType.Flag, "`false`", "For a short-circuit: only direct downstreams are skipped, the rest goes by its own rule."),
        new("setup", FieldType.Flag, "`false`", "Whether this task creates what a teardown deletes."),
        new("teardown", FieldType.ObjectOr("teardown", FieldType.Flag), "none", "Makes this task a teardown; `true` for one that cleans up after its direct upstreams."),
        new("map", FieldType.Object("map"), "none", "Makes one instance per item."),
        new("retries", FieldType.Integer(0, 1000), "0", "How many attempts may follow the first."),
        new("retry_delay", FieldType.Duration, "`10s`", "Wait before the first retry."),
        new("retry_backoff", FieldType.Number(1, 10), "1", "Factor by which each further wait grows."),
        new("max_retry_delay", FieldType.Duration, "`1h`", "Longest wait."),
        new("timeout", FieldType.Duration, "none", "Bound of one attempt, from the start of its work."),
        new("task_timeout", FieldType.Duration, "none", "Bound of the task over all its tries, waits between tries included and pool waits not."),
        new("due", FieldType.Object("due"), "never", "When the task counts as late, which alerts once."),
        new("pools", FieldType.Pools, "none", "Shared limits that an attempt takes slots of; a list takes one slot of each."),
        new("limit", FieldType.Object("limit"), "none", "A limit per key, as \"at most 2 per customer\", over all runs."),
        new("priority", FieldType.AnyInteger, "0", "Who comes first in a full pool: the higher number."),
        new("produces", FieldType.Several("produces", FieldType.Text), "none", "Datasets that a success of the task has made; names and partitions may be templates."),
        new("compute", FieldType.Object("compute"), "the host's choice", "What the work needs to run on."),
        new("labels", FieldType.Strings, "none", "Labels for search and display; no templates, because they are the same in all runs."),
        new("on_success", FieldType.Several("callback"), "none", "What is done when the task has succeeded."),
        new("on_failure", FieldType.Several("callback"), "none", "What is done when the task has failed for good; not when it was cancelled."),
        new("on_retry", FieldType.Several("callback"), "none", "What is done when a try has failed and another follows."),
        new("on_skip", FieldType.Several("callback"), "none", "What is done when the task was skipped."),
        new("on_late", FieldType.Several("callback"), "none", "What is done when the task is late, as `due` says."));

    public static readonly Shape Map = new(
        "map",
        "One instance per item of a list that is known when the run gets there.",
        new("over", FieldType.Items, null, "The list."),
        new("key", FieldType.Template, "the index", "Names an instance by its item, as in `{{ item.customer }}`."),
        new("max_length", FieldType.Integer(1, 100_000), "10000", "Longest list accepted."),
        new("max_active", FieldType.Integer(1), "no limit", "Instances at work at once within one run."));

    public static readonly Shape Teardown = new(
        "teardown",
        "What makes a task a teardown.",
        new("of", FieldType.Texts, "its direct upstreams", "The setups whose work this task cleans up."),
        new("counts", FieldType.Flag, "`false`", "Whether its failure counts for the outcome of the run."));

    public static readonly Shape Limit = new(
        "limit",
        "At most so many instances of a task at once, over all runs, for each value of a key.",
        new("key", FieldType.Template, null, "Yields the key, as in `{{ item.customer }}`."),
        new("max", FieldType.Integer(1), null, "How many at once."));

    public static readonly Shape Compute = new(
        "compute",
        "What the work needs to run on. What is left out is the host's choice.",
        new("cpu", FieldType.Above(0), "the host's choice", "Processor cores."),
        new("memory_mb", FieldType.Integer(1), "the host's choice", "Memory in mebibytes."),
        new("gpu", FieldType.Integer(0), "the host's choice", "Graphics processors."),
        new("image", FieldType.Template, "the host's choice", "Container image."),
        new("node_selector", FieldType.Strings, "none", "Labels that a node must have; templates."),
        new("tolerations", FieldType.Texts, "none", "Taints that the work tolerates, as in `gpu=true:NoSchedule`."),
        new("environment", FieldType.Strings, "none", "Environment variables of the work; templates, also of secrets."));

    public static readonly Shape Param = new(
        "param",
        "A value that a run may be given.",
        new("description", FieldType.Text, "none", "What the value means."),
        new("schema", FieldType.Schematic, "any JSON", "JSON schema that the value must satisfy."),
        new("default", FieldType.Any, "the param must be given", "The value when the trigger gives none; null is a value too."),
        new("indexed", FieldType.Flag, "`false`", "Whether runs can be searched by this value."));

    public static readonly Shape Schedule = new(
        "schedule",
        "When runs start by themselves: at the ticks of `cron` or `every`, when `datasets` have landed, or both.",
        new("cron", FieldType.Text, "none", "Cron with 5 fields, or 6 with seconds first, or `@hourly` and its kin."),
        new("every", FieldType.Duration, "none", "Elapsed time between ticks, counted from `start`, else from the Unix epoch; one second or more."),
        new("datasets", FieldType.Datasets, "none", "Datasets that must have landed since the last run that they started."),
        new("per_partition", FieldType.Flag, "`false`", "Whether datasets are counted for each partition alone, so that a run is of one partition."),
        new("time_zone", FieldType.Text, "`UTC`", "IANA time zone in which cron fields are read."),
        new("start", FieldType.Instant, "no bound", "The first tick is strictly after this."),
        new("end", FieldType.Instant, "no bound", "No tick is after this."),
        new("catchup", FieldType.Word<CatchUp>(), "`none`", "What becomes of missed ticks."),
        new("overlap", FieldType.Word<Overlap>(), "`queue`", "What a tick does while earlier runs are under way."),
        new("grace", FieldType.Duration, "the shorter of one interval and an hour", "How late a tick still counts as on time."));

    public static readonly Shape Datasets = new(
        "datasets",
        "Which datasets must have landed: `all` or `any` of those listed, not both.",
        new("all", FieldType.DatasetList, "none", "All of these."),
        new("any", FieldType.DatasetList, "none", "At least one of these."));

    public static readonly Shape Produces = new(
        "produces",
        "A dataset that a task makes.",
        new("dataset", FieldType.Template, null, "Its name, 1 to 200 printable characters; may be a template."),
        new("partition", FieldType.Template, "the whole", "Which part of it, as in `{{ ds }}`; may be a template."));

    public static readonly Shape Due = new(
        "due",
        "When a run or task counts as late: `after` or `factor`, not both.",
        new("after", FieldType.Duration, "none", "How long after what `from` says."),
        new("from", FieldType.Word<DueFrom>(), "`logical_date`", "What `after` counts from: the run's logical date, or the start of the run or of the task's first try."),
        new("factor", FieldType.Above(1), "none", "Times the usual duration, the median of the last 20 successes, from the start."));

    public static readonly Shape Callback = new(
        "callback",
        "What is done at a moment in the life of a run or task: its operator's name with the operator's fields, and how it is run.",
        new("retries", FieldType.Integer(0, 1000), "0", "How many attempts may follow the first."),
        new("retry_delay", FieldType.Duration, "`10s`", "Wait before the first retry."),
        new("retry_backoff", FieldType.Number(1, 10), "1", "Factor by which each further wait grows."),
        new("max_retry_delay", FieldType.Duration, "`1h`", "Longest wait."),
        new("timeout", FieldType.Duration, "none", "Bound of one attempt, from the start of its work."));

    public static readonly Shape Retention = new(
        "retention",
        "How long what ended runs leave behind is kept. The last run and the last success always stay. What is left out is the host's policy.",
        new("runs", FieldType.Duration, "the host's policy", "Their documents and history, and all else with them."),
        new("logs", FieldType.Duration, "the host's policy", "Their logs."),
        new("outputs", FieldType.Duration, "the host's policy", "Their outputs and files."),
        new("max_runs", FieldType.Integer(1), "the host's policy", "How many are kept at most."));

    /// <summary>Fields of a task that may stand in <c>defaults</c>.</summary>
    public static readonly string[] TaskDefaults =
    [
        "trigger_rule", "depends_on_past", "retries", "retry_delay", "retry_backoff", "max_retry_delay", "timeout", "task_timeout", "due", "pools", "limit", "priority",
        "compute", "labels", "on_success", "on_failure", "on_retry", "on_skip", "on_late",
    ];

    /// <summary>Mappings that a task's own replaces as a whole, because their members only make sense together.</summary>
    public static readonly string[] WholeDefaults = ["due", "on_success", "on_failure", "on_retry", "on_skip", "on_late"];

    public static readonly Shape[] All = [Dag, DagYaml, Param, Schedule, Datasets, Group, GroupYaml, Task, Map, Teardown, Limit, Produces, Due, Callback, Retention, Compute];
}
