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
        new("labels", FieldType.Strings, "none", "Labels given to every run."),
        new("params", FieldType.Named("param"), "none", "What a run may be given as conf, by name; conf with other names is refused."),
        new("schedule", FieldType.ObjectOr("schedule", FieldType.Text), "none", "When runs start by themselves; text alone is cron."),
        new("max_active_runs", FieldType.Integer(1), "16 with a schedule, no limit without", "Runs under way at once."),
        new("max_active_tasks", FieldType.Integer(1), "no limit", "Task instances at work at once within one run."),
        new("outcome", FieldType.Word<OutcomePolicy>(), "`leaves`", "Which tasks decide whether a run succeeded."),
        new("run_timeout", FieldType.Duration, "no limit", "How long a run may take from its start."),
        new("lane", FieldType.Name, "`default`", "The workers that run this DAG."),
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
        new("pools", FieldType.Pools, "none", "Shared limits that an attempt takes slots of; a list takes one slot of each."),
        new("limit", FieldType.Object("limit"), "none", "A limit per key, as \"at most 2 per customer\", over all runs."),
        new("priority", FieldType.AnyInteger, "0", "Who comes first in a full pool: the higher number."),
        new("compute", FieldType.Object("compute"), "the host's choice", "What the work needs to run on."),
        new("labels", FieldType.Strings, "none", "Labels for search and display."));

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
        new("cpu", FieldType.Positive, "the host's choice", "Processor cores."),
        new("memory_mb", FieldType.Integer(1), "the host's choice", "Memory in mebibytes."),
        new("gpu", FieldType.Integer(0), "the host's choice", "Graphics processors."),
        new("image", FieldType.Text, "the host's choice", "Container image."),
        new("node_selector", FieldType.Strings, "none", "Labels that a node must have."),
        new("tolerations", FieldType.Texts, "none", "Taints that the work tolerates, as in `gpu=true:NoSchedule`."),
        new("environment", FieldType.Strings, "none", "Environment variables of the work."));

    public static readonly Shape Param = new(
        "param",
        "A value that a run may be given.",
        new("description", FieldType.Text, "none", "What the value means."),
        new("schema", FieldType.Schematic, "any JSON", "JSON schema that the value must satisfy."),
        new("default", FieldType.Any, "the param must be given", "The value when the trigger gives none; null is a value too."),
        new("indexed", FieldType.Flag, "`false`", "Whether runs can be searched by this value."));

    public static readonly Shape Schedule = new(
        "schedule",
        "When runs start by themselves: `cron` or `every`.",
        new("cron", FieldType.Text, "none", "Cron with 5 fields, or 6 with seconds first, or `@hourly` and its kin."),
        new("every", FieldType.Duration, "none", "Elapsed time between ticks, counted from `start`, else from the Unix epoch; one second or more."),
        new("time_zone", FieldType.Text, "`UTC`", "IANA time zone in which cron fields are read."),
        new("start", FieldType.Instant, "no bound", "The first tick is strictly after this."),
        new("end", FieldType.Instant, "no bound", "No tick is after this."),
        new("catchup", FieldType.Word<CatchUp>(), "`none`", "What becomes of missed ticks."),
        new("overlap", FieldType.Word<Overlap>(), "`queue`", "What a tick does while earlier runs are under way."),
        new("grace", FieldType.Duration, "the shorter of one interval and an hour", "How late a tick still counts as on time."));

    /// <summary>Fields of a task that may stand in <c>defaults</c>.</summary>
    public static readonly string[] TaskDefaults =
    [
        "trigger_rule", "retries", "retry_delay", "retry_backoff", "max_retry_delay", "timeout", "task_timeout", "pools", "limit", "priority", "compute", "labels",
    ];

    public static readonly Shape[] All = [Dag, DagYaml, Param, Schedule, Group, GroupYaml, Task, Map, Teardown, Limit, Compute];
}
