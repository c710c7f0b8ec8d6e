using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>
/// A DAG as canonical JSON: the YAML form with every name in full, members in the order of the reference, and what has its default
/// left out. Two DAGs that mean the same yield the same text.
/// </summary>
internal sealed class DagWriter(DagSpec dag)
{
    private readonly CanonicalWriter _out = new();
    private readonly HashSet<string> _names = [.. dag.Tasks.Select(task => task.Id), .. dag.Groups.Select(group => group.Id)];

    public static string Write(DagSpec dag) => new DagWriter(dag).Write();

    private string Write()
    {
        _out.Object(() =>
        {
            Text("name", dag.Name);
            Text("description", dag.Description);
            Strings("labels", dag.Labels);
            Sorted("params", dag.Params, Param);
            Text("business_key", dag.BusinessKey);
            Object("schedule", dag.Schedule, Schedule);
            Integer("max_active_runs", dag.MaxActiveRuns);
            Integer("max_queued_runs", dag.MaxQueuedRuns);
            Integer("max_active_tasks", dag.MaxActiveTasks);
            Flag("depends_on_past", dag.DependsOnPast);
            Integer("pause_after_failures", dag.PauseAfterFailures);
            Enum("outcome", dag.Outcome, OutcomePolicy.Leaves);
            Duration("run_timeout", dag.RunTimeout);
            Object("due", dag.Due, Due);
            if (dag.Lane != DagSpec.DefaultLane) Text("lane", dag.Lane);
            Callbacks(dag.Callbacks);
            Object("retention", dag.Retention, Retention);
            Members(null);
        });
        return _out.ToString();
    }

    private void Members(string? group)
    {
        _out.Name("tasks");
        _out.Object(() =>
        {
            foreach (var member in DagOrder.Members(dag, group))
            {
                _out.Name(DagOrder.OwnName(member.Id, group));
                if (member.Task is { } task) Task(task);
                else Group(member.Group!);
            }
        });
    }

    private void Group(GroupSpec group) => _out.Object(() =>
    {
        Text("description", group.Description);
        After("after", group.After, group.Parent);
        Object("map", group.Map, Map);
        if (group.Retries != 0) Integer("retries", group.Retries);
        if (group.RetryDelay != TimeSpan.Zero) Duration("retry_delay", group.RetryDelay);
        Members(group.Id);
    });

    private void Task(TaskSpec task) => _out.Object(() =>
    {
        Text("description", task.Description);
        After("after", task.After, task.Group);
        Enum("trigger_rule", task.TriggerRule, TriggerRule.AllSuccess);
        Flag("depends_on_past", task.DependsOnPast);
        Enum("kind", task.Kind, TaskKind.Work);
        Flag("respect_trigger_rules", task.RespectTriggerRules);
        Flag("setup", task.Setup);
        Object("teardown", task.Teardown, teardown =>
        {
            After("of", teardown.Of, task.Group);
            Flag("counts", teardown.Counts);
        });
        Object("map", task.Map, Map);
        Retry(task.Retry);
        Duration("timeout", task.Timeout);
        Duration("task_timeout", task.TaskTimeout);
        Object("due", task.Due, Due);
        if (task.Pools.Length > 0) Sorted("pools", task.Pools.OrderBy(use => use.Pool, StringComparer.Ordinal).Select(use => KeyValuePair.Create(use.Pool, use.Slots)), _out.Integer);
        Object("limit", task.Limit, limit =>
        {
            Text("key", limit.Key);
            Integer("max", limit.Max);
        });
        if (task.Priority != 0) Integer("priority", task.Priority);
        Produces(task.Produces);
        Object("compute", task.Compute, Compute);
        Strings("labels", task.Labels);
        Callbacks(task.Callbacks);
        Json(task.Operator, task.With);
    });

    /// <summary>Datasets are a set: their order means nothing.</summary>
    private void Produces(IReadOnlyCollection<DatasetOutput> outputs)
    {
        if (outputs.Count == 0) return;
        _out.Name("produces");
        _out.Array(outputs.Distinct().OrderBy(output => output.Dataset, StringComparer.Ordinal).ThenBy(output => output.Partition, StringComparer.Ordinal), output =>
        {
            if (output.Partition is null) _out.Text(output.Dataset);
            else _out.Object(() =>
            {
                Text("dataset", output.Dataset);
                Text("partition", output.Partition);
            });
        });
    }

    private void Callbacks(Callbacks callbacks)
    {
        foreach (var kind in System.Enum.GetValues<CallbackKind>())
        {
            if (callbacks.Of(kind) is not { IsEmpty: false } all) continue;
            _out.Name(Dags.Callbacks.Field(kind));
            _out.Array(all, callback => _out.Object(() =>
            {
                Retry(callback.Retry);
                Duration("timeout", callback.Timeout);
                Json(callback.Operator, callback.With);
            }));
        }
    }

    private void Due(DueSpec due)
    {
        Duration("after", due.After);
        Enum("from", due.From, DueFrom.LogicalDate);
        Number("factor", due.Factor);
    }

    private void Retention(RetentionSpec retention)
    {
        Duration("runs", retention.Runs);
        Duration("logs", retention.Logs);
        Duration("outputs", retention.Outputs);
        Integer("max_runs", retention.MaxRuns);
    }

    private void Map(MapSpec map)
    {
        Json("over", map.Over);
        Text("key", map.Key);
        if (map.MaxLength != MapSpec.DefaultMaxLength) Integer("max_length", map.MaxLength);
        Integer("max_active", map.MaxActive);
    }

    private void Retry(RetrySpec retry)
    {
        if (retry.Retries != RetrySpec.None.Retries) Integer("retries", retry.Retries);
        if (retry.Delay != RetrySpec.None.Delay) Duration("retry_delay", retry.Delay);
        if (retry.Backoff != RetrySpec.None.Backoff) Number("retry_backoff", retry.Backoff);
        if (retry.MaxDelay != RetrySpec.None.MaxDelay) Duration("max_retry_delay", retry.MaxDelay);
    }

    private void Param(ParamSpec param) => _out.Object(() =>
    {
        Text("description", param.Description);
        Json("schema", param.Schema);
        Json("default", param.Default);
        Flag("indexed", param.Indexed);
    });

    private void Schedule(ScheduleSpec schedule)
    {
        Text("cron", schedule.Cron);
        Duration("every", schedule.Every);
        if (schedule.Datasets is { } datasets)
        {
            _out.Name("datasets");
            Condition(datasets.Canonical());
        }
        Flag("per_partition", schedule.PerPartition);
        if (schedule.TimeZone != ScheduleSpec.DefaultTimeZone) Text("time_zone", schedule.TimeZone);
        Text("start", Instants.Format(schedule.Start));
        Text("end", Instants.Format(schedule.End));
        Enum("catchup", schedule.CatchUp, CatchUp.None);
        Enum("overlap", schedule.Overlap, Overlap.Queue);
        Duration("grace", schedule.Grace);
    }

    /// <summary>One dataset is a text, all of several a list.</summary>
    private void Condition(DatasetCondition condition)
    {
        if (condition.Dataset is { } dataset) _out.Text(dataset);
        else if (!condition.All.IsEmpty) _out.Array(condition.All, Condition);
        else _out.Object(() =>
        {
            _out.Name("any");
            _out.Array(condition.Any, Condition);
        });
    }

    private void Compute(ComputeProfile compute)
    {
        Number("cpu", compute.Cpu);
        Integer("memory_mb", compute.MemoryMb);
        Integer("gpu", compute.Gpu);
        Text("image", compute.Image);
        Strings("node_selector", compute.NodeSelector);
        if (compute.Tolerations.Length > 0) List("tolerations", compute.Tolerations);
        Strings("environment", compute.Environment);
    }

    private void Text(string name, string? value)
    {
        if (value is null) return;
        _out.Name(name);
        _out.Text(value);
    }

    private void Integer(string name, int? value)
    {
        if (value is null) return;
        _out.Name(name);
        _out.Integer(value.Value);
    }

    private void Number(string name, double? value)
    {
        if (value is null) return;
        _out.Name(name);
        _out.Number(value.Value);
    }

    private void Flag(string name, bool value)
    {
        if (!value) return;
        _out.Name(name);
        _out.Flag(true);
    }

    private void Duration(string name, TimeSpan? value) => Text(name, value is { } length ? Durations.Format(length) : null);

    private void Enum<T>(string name, T value, T @default)
        where T : struct, Enum
    {
        if (!value.Equals(@default)) Text(name, EnumNames.Of(value));
    }

    private void Json(string name, JsonElement? value)
    {
        if (value is null) return;
        _out.Name(name);
        CanonicalJson.Write(_out, value.Value);
    }

    private void List(string name, IEnumerable<string> values)
    {
        _out.Name(name);
        _out.Array(values, _out.Text);
    }

    /// <summary>Upstreams are a set: their order means nothing.</summary>
    private void After(string name, IReadOnlyCollection<string> ids, string? group)
    {
        if (ids.Count > 0) List(name, ids.Order(StringComparer.Ordinal).Distinct().Select(id => NodeNames.Write(id, group, _names.Contains)));
    }

    private void Strings(string name, ImmutableSortedDictionary<string, string> values)
    {
        if (values.Count > 0) Sorted(name, values, _out.Text);
    }

    private void Sorted<T>(string name, IEnumerable<KeyValuePair<string, T>> values, Action<T> write)
    {
        var all = values.ToList();
        if (all.Count == 0) return;
        _out.Name(name);
        _out.Object(() =>
        {
            foreach (var (key, value) in all)
            {
                _out.Name(key);
                write(value);
            }
        });
    }

    private void Object<T>(string name, T? value, Action<T> members)
        where T : class
    {
        if (value is null) return;
        _out.Name(name);
        _out.Object(() => members(value));
    }
}
