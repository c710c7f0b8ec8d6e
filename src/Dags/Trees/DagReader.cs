using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>
/// A tree as a DAG. Reads the one form that YAML and JSON share; reports everything that is wrong with the form at once. What the DAG means
/// is not judged here.
/// </summary>
internal sealed class DagReader(DagReadContext context)
{
    private readonly List<TaskSpec> _tasks = [];
    private readonly List<GroupSpec> _groups = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The DAG; null when the tree is no mapping. What could not be read has its default, and a problem in the context.</summary>
    public static DagSpec? Read(TreeNode root, DagReadContext context)
    {
        if (root is TreeMap map) return new DagReader(context).Dag(new ObjectReader(map, "", context));
        context.Report(DagErrors.BadValue, "", root.Origin, $"a DAG is a mapping with 'name' and 'tasks', and this is {root.Kind}");
        return null;
    }

    private DagSpec Dag(ObjectReader dag)
    {
        context.Sources.Add("", dag.Origin);
        var spec = new DagSpec
        {
            Name = dag.RequiredText("name"),
            Description = dag.Text("description"),
            Labels = dag.Strings("labels"),
            Params = dag.Entries("params", (node, path) => Param(node, path)),
            BusinessKey = dag.Text("business_key"),
            Schedule = ScheduleReader.Read(dag),
            MaxActiveRuns = dag.Integer("max_active_runs"),
            MaxQueuedRuns = dag.Integer("max_queued_runs"),
            MaxActiveTasks = dag.Integer("max_active_tasks"),
            DependsOnPast = dag.Flag("depends_on_past"),
            PauseAfterFailures = dag.Integer("pause_after_failures"),
            Outcome = dag.Word("outcome", OutcomePolicy.Leaves),
            RunTimeout = dag.Duration("run_timeout"),
            Due = dag.Due(),
            Lane = dag.Text("lane") ?? DagSpec.DefaultLane,
            Callbacks = CallbackReader.OfDag(dag),
            Retention = Retention(dag),
            Tasks = [],
        };
        if (dag.Node("tasks") is null) dag.Missing("tasks", 0);
        Members(dag, null);
        dag.Done();
        return Grow(spec with
        {
            Tasks = [.. _tasks.Select(task => task with
            {
                After = Resolve(task.After, task.Group),
                Teardown = task.Teardown is { } teardown ? teardown with { Of = Resolve(teardown.Of, task.Group) } : null,
            })],
            Groups = [.. _groups.Select(group => group with { After = Resolve(group.After, group.Parent) })],
        });
    }

    /// <summary>Adds the waits that SQL declares; each stands where the first task that wants it does.</summary>
    private DagSpec Grow(DagSpec dag)
    {
        var grown = DsWaits.Grow(dag);
        foreach (var (path, message) in grown.Problems) context.Problems.Add(new Problem(DagErrors.BadWaitMark, context.Sources.Find(path), message));
        foreach (var (wait, task) in grown.WaitedForBy)
        {
            var place = context.Sources.Find($"tasks.{task}");
            context.Sources.Add($"tasks.{wait}", new Origin(place.File, place.Line));
        }
        return grown.Dag;
    }

    private void Members(ObjectReader around, string? group)
    {
        if (around.Node("tasks") is not { } node) return;
        if (node is not TreeMap members)
        {
            around.Wrong("tasks", node, $"must be a mapping from names to tasks, and is {node.Kind}");
            return;
        }
        foreach (var member in members.Members)
        {
            var id = group is null ? member.Name : $"{group}.{member.Name}";
            _names.Add(id);
            var path = $"tasks.{id}";
            context.Sources.Add(path, member.Origin);
            if (member.Name.Contains('.'))
                context.Report(DagErrors.BadName, path, member.Origin, $"'{member.Name}' has a dot, which joins a group's name with a task's; use '_' or '-', or write a group with its own 'tasks'");
            else if (member.Value is not TreeMap map)
                context.Report(DagErrors.BadValue, path, member.Value.Origin, $"a task is a mapping such as {{ shell: {{ script: ... }} }}, and this is {member.Value.Kind}");
            else if (map.Find("tasks") is not null)
                Group(new ObjectReader(map, path, context), id, group);
            else
                Task(new ObjectReader(map, path, context), id, group);
        }
    }

    private void Group(ObjectReader group, string id, string? parent)
    {
        _groups.Add(new GroupSpec
        {
            Id = id,
            Parent = parent,
            Description = group.Text("description"),
            After = group.Texts("after"),
            Map = Map(group),
            Retries = group.Integer("retries") ?? 0,
            RetryDelay = group.Duration("retry_delay") ?? TimeSpan.Zero,
        });
        Members(group, id);
        group.Done();
    }

    private void Task(ObjectReader task, string id, string? group)
    {
        var spec = new TaskSpec
        {
            Id = id,
            Group = group,
            Operator = "",
            With = CanonicalJson.EmptyObject,
            Description = task.Text("description"),
            After = task.Texts("after"),
            TriggerRule = task.Word("trigger_rule", TriggerRule.AllSuccess),
            DependsOnPast = task.Flag("depends_on_past"),
            Kind = task.Word("kind", TaskKind.Work),
            RespectTriggerRules = task.Flag("respect_trigger_rules"),
            Setup = task.Flag("setup"),
            Teardown = Teardown(task),
            Map = Map(task),
            Retry = task.Retry(),
            Timeout = task.Duration("timeout"),
            TaskTimeout = task.Duration("task_timeout"),
            Due = task.Due(),
            Pools = Pools(task),
            Limit = Limit(task),
            Priority = task.Integer("priority") ?? 0,
            Produces = Produces(task),
            Compute = Compute(task),
            Labels = task.Strings("labels"),
            Callbacks = CallbackReader.OfTask(task),
        };
        _tasks.Add(task.Operator("task") is var (@operator, with) ? spec with { Operator = @operator, With = with } : spec);
    }

    private static MapSpec? Map(ObjectReader around)
    {
        if (around.Object("map") is not { } map) return null;
        var over = map.Json("over");
        var spec = new MapSpec
        {
            Over = over ?? map.Missing("over", CanonicalJson.EmptyObject),
            Key = map.Text("key"),
            MaxLength = map.Integer("max_length") ?? MapSpec.DefaultMaxLength,
            MaxActive = map.Integer("max_active"),
        };
        map.Done();
        return spec;
    }

    private static TeardownSpec? Teardown(ObjectReader task)
    {
        if (task.Node("teardown") is TreeFlag flag) return flag.Value ? new TeardownSpec() : null;
        if (task.Object("teardown") is not { } teardown) return null;
        var spec = new TeardownSpec { Of = teardown.Texts("of"), Counts = teardown.Flag("counts") };
        teardown.Done();
        return spec;
    }

    /// <summary>Names with slots, or a list of names that take one slot each.</summary>
    private static ImmutableArray<PoolUse> Pools(ObjectReader task)
    {
        if (task.Node("pools") is TreeText or TreeList) return [.. task.Texts("pools").Order(StringComparer.Ordinal).Select(pool => new PoolUse(pool))];
        if (task.Object("pools") is not { } pools) return [];
        return [.. pools.Rest.ToList().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => new PoolUse(member.Name, pools.Integer(member.Name) ?? 1))];
    }

    private static KeyLimit? Limit(ObjectReader task)
    {
        if (task.Object("limit") is not { } limit) return null;
        var spec = new KeyLimit(limit.RequiredText("key"), limit.Integer("max") ?? limit.Missing("max", 1));
        limit.Done();
        return spec;
    }

    /// <summary>Names, or mappings with a partition. Their order means nothing.</summary>
    private static ImmutableArray<DatasetOutput> Produces(ObjectReader task)
    {
        var all = new List<DatasetOutput>();
        foreach (var (name, node) in task.Items("produces"))
        {
            if (node is TreeText text)
            {
                all.Add(new DatasetOutput(text.Value));
            }
            else if (node is TreeMap map)
            {
                var output = task.Inner(name, map);
                all.Add(new DatasetOutput(output.RequiredText("dataset"), output.Text("partition")));
                output.Done();
            }
            else
            {
                task.Wrong(name, node, $"must be the name of a dataset, or a mapping with 'dataset' and 'partition', and is {node.Kind}");
            }
        }
        return [.. all];
    }

    private static RetentionSpec? Retention(ObjectReader dag)
    {
        if (dag.Object("retention") is not { } retention) return null;
        var spec = new RetentionSpec
        {
            Runs = retention.Duration("runs"),
            Logs = retention.Duration("logs"),
            Outputs = retention.Duration("outputs"),
            MaxRuns = retention.Integer("max_runs"),
        };
        retention.Done();
        return spec;
    }

    private static ComputeProfile? Compute(ObjectReader task)
    {
        if (task.Object("compute") is not { } compute) return null;
        var spec = new ComputeProfile
        {
            Cpu = compute.Number("cpu"),
            MemoryMb = compute.Integer("memory_mb"),
            Gpu = compute.Integer("gpu"),
            Image = compute.Text("image"),
            NodeSelector = compute.Strings("node_selector"),
            Tolerations = compute.Texts("tolerations"),
            Environment = compute.Strings("environment"),
        };
        compute.Done();
        return spec;
    }

    private ParamSpec Param(TreeNode node, string path)
    {
        if (node is TreeNull) return new ParamSpec();
        if (node is not TreeMap map)
        {
            context.Report(DagErrors.BadValue, path, node.Origin, $"a param is a mapping such as {{ default: ... }}, and this is {node.Kind}");
            return new ParamSpec();
        }
        var param = new ObjectReader(map, path, context);
        var spec = new ParamSpec { Description = param.Text("description"), Schema = param.Json("schema"), Default = param.Json("default"), Indexed = param.Flag("indexed") };
        param.Done();
        return spec;
    }

    /// <summary>Full ids; a name that means nothing stays as it is, for the validator to report. Their order means nothing.</summary>
    private ImmutableArray<string> Resolve(ImmutableArray<string> names, string? group) =>
        [.. names.Select(name => NodeNames.Resolve(name, group, _names.Contains) ?? name)];
}
