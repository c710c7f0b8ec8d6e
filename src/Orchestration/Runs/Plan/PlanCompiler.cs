using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Works a valid DAG out into a <see cref="RunPlan"/>.</summary>
internal sealed class PlanCompiler
{
    private readonly DagSpec _spec;
    private readonly Func<string, OperatorTraits?> _operators;
    private readonly TaskGraph _graph;
    private readonly List<PlanRegion> _regions = [new(0, "", null, null)];
    private readonly Dictionary<string, PlanRegion> _groupRegions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlanTask> _tasks = new(StringComparer.Ordinal);
    private readonly List<PlanGroup> _retryGroups = [];
    private readonly Dictionary<PlanTask, List<PlanEdge>> _edges = [];

    private PlanCompiler(DagSpec spec, Func<string, OperatorTraits?> operators)
    {
        _spec = spec;
        _operators = operators;
        _graph = new TaskGraph(spec);
    }

    /// <summary>Compiles a DAG that has passed validation. An unknown operator counts as one that runs in this process.</summary>
    public static RunPlan Compile(DagSpec spec, Func<string, OperatorTraits?>? operators = null) => new PlanCompiler(spec, operators ?? (_ => null)).Compile();

    private RunPlan Compile()
    {
        foreach (var group in _spec.Groups) AddGroup(group);
        foreach (var task in _spec.Tasks) AddTask(task);
        foreach (var group in _retryGroups)
            group.Outer = [.. _retryGroups.Where(outer => outer != group && _graph.IsInside(group.Spec.Id, outer.Spec.Id))];
        foreach (var group in _retryGroups)
            group.Members = [.. _spec.Tasks.Where(task => _graph.IsInside(task.Id, group.Spec.Id)).Select(task => _tasks[task.Id])];
        var tasks = _spec.Tasks.Select(task => _tasks[task.Id]).ToArray();
        foreach (var task in tasks) task.RetryGroups = [.. _retryGroups.Where(group => group.Members.Contains(task))];

        foreach (var task in tasks) Connect(task);
        foreach (var region in _regions.Skip(1)) ConnectExpander(region);
        foreach (var region in _regions) region.IsClosed = IsClosed(region);
        foreach (var task in tasks) task.Out = [.. _edges.GetValueOrDefault(task, [])];
        foreach (var task in tasks) task.IsLeaf = _graph.IsLeaf(task.Id);
        foreach (var task in tasks)
            task.SetupsAndTeardowns = [.. _graph.CleanedUpBy(task.Id).Select(id => _tasks[id])];

        return new RunPlan
        {
            Spec = _spec,
            Tasks = tasks,
            Regions = [.. _regions],
            RetryGroups = [.. _retryGroups],
            TasksById = _tasks.ToImmutableDictionary(StringComparer.Ordinal),
            Choices = tasks.Where(task => task.Spec.Kind is TaskKind.Branch).ToImmutableDictionary(task => task, Choices),
        };
    }

    private void AddGroup(GroupSpec group)
    {
        var outer = RegionOfGroup(group.Parent);
        var region = group.Map is { } map ? NewRegion(group.Id, outer, map) : outer;
        _groupRegions[group.Id] = region;
        if (group.Retries == 0) return;
        var planned = new PlanGroup(_retryGroups.Count, group, region);
        _retryGroups.Add(planned);
        region.Groups.Add(planned);
    }

    private PlanRegion RegionOfGroup(string? group) => group is null ? _regions[0] : _groupRegions[group];

    private PlanRegion NewRegion(string id, PlanRegion parent, MapSpec map)
    {
        var region = new PlanRegion(_regions.Count, id, parent, map) { ListReads = PlanReads.OfList(_spec, id) };
        region.Expander = new PlanTarget(parent, null, region);
        _regions.Add(region);
        parent.Children.Add(region);
        return region;
    }

    private PlanTask AddTask(TaskSpec spec)
    {
        if (_tasks.TryGetValue(spec.Id, out var known)) return known;
        var outer = RegionOfGroup(spec.Group);
        var region = spec.Map is { } map ? ChainRegion(spec, outer) ?? NewRegion(spec.Id, outer, map) : outer;
        var traits = _operators(spec.Operator);
        var task = new PlanTask(_tasks.Count, spec, region)
        {
            Member = region.Members.Count,
            Reads = PlanReads.Of(_spec, spec, traits),
            Kind = traits?.Kind ?? OperatorKind.Run,
            Weight = traits?.Weight ?? ActivityWeight.InProcess,
        };
        if (spec.Map is not null && region.Id == spec.Id) region.Head = task;
        region.Members.Add(task);
        task.Target = new PlanTarget(region, task, null);
        _tasks.Add(spec.Id, task);
        return task;
    }

    /// <summary>A task mapped over the outputs of a mapped task beside it belongs to that one's region, so that each index goes on by itself; but not out of a group with retries, which settles first.</summary>
    private PlanRegion? ChainRegion(TaskSpec spec, PlanRegion outer)
    {
        if (PlanReads.ChainedTo(_spec, spec) is not { } sourceId) return null;
        var source = AddTask(_spec.Tasks.First(task => task.Id == sourceId));
        var sameRetries = _retryGroups.All(group => _graph.IsInside(spec.Id, group.Spec.Id) == _graph.IsInside(sourceId, group.Spec.Id));
        return source.Region.Parent == outer && source.Spec.Map is not null && sameRetries ? source.Region : null;
    }

    private void Connect(PlanTask task)
    {
        if (task.IsTeardown)
        {
            var setups = task.Spec.Teardown!.Of.ToHashSet(StringComparer.Ordinal);
            foreach (var id in _graph.WaitedForByTeardown(task.Id)) AddEdge(_tasks[id], task.Target, setups.Contains(id) ? EdgeRole.Rule : EdgeRole.Wait);
            return;
        }
        var direct = _graph.Upstreams(task.Id);
        foreach (var id in direct) AddEdge(_tasks[id], task.Target, EdgeRole.Rule);
        foreach (var id in direct.Where(id => _tasks[id].Spec.Kind is TaskKind.Branch)) AddGate(_tasks[id], task);
        foreach (var above in _graph.Above(task.Id).Select(id => _tasks[id]))
            if (above.Spec.Kind is TaskKind.ShortCircuit && (!above.Spec.RespectTriggerRules || direct.Contains(above.Id)))
                AddGate(above, task);
    }

    /// <summary>A branch or short-circuit inside a mapped region acts on its own index, so not on what lies outside.</summary>
    private void AddGate(PlanTask gate, PlanTask task)
    {
        if (gate.Region.Holds(task.Region)) AddEdge(gate, task.Target, EdgeRole.Gate);
    }

    private void ConnectExpander(PlanRegion region)
    {
        foreach (var read in region.ListReads.DistinctBy(read => read.TaskId)) AddEdge(_tasks[read.TaskId], region.Expander, EdgeRole.Rule);
    }

    private bool IsClosed(PlanRegion region)
    {
        var inside = region.AllTasks.Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
        var above = inside.SelectMany(_graph.Above).Where(id => !inside.Contains(id)).Distinct(StringComparer.Ordinal);
        return !above.Any(id => _graph.Above(id).Overlaps(inside));
    }

    private void AddEdge(PlanTask from, PlanTarget to, EdgeRole role)
    {
        var common = PlanRegion.Common(from.Region, to.Region);
        to.Expect(common, role);
        var hold = from.RetryGroups.FirstOrDefault(group => to.Task is { } task ? !group.Members.Contains(task) : to.Expands!.Id == group.Spec.Id || !_graph.IsInside(to.Expands.Id, group.Spec.Id));
        if (!_edges.TryGetValue(from, out var edges)) _edges[from] = edges = [];
        edges.Add(new PlanEdge(from, to, common.Depth, role, hold));
    }

    private ImmutableDictionary<string, ImmutableArray<PlanTask>> Choices(PlanTask branch)
    {
        var direct = branch.Out.Where(edge => edge.Role is EdgeRole.Rule && edge.To.Task is not null).Select(edge => edge.To.Task!).ToHashSet();
        var choices = direct.ToDictionary(task => task.Id, task => ImmutableArray.Create(task), StringComparer.Ordinal);
        foreach (var group in _spec.Groups)
        {
            var roots = _graph.Roots(group.Id).Select(id => _tasks[id]).Where(direct.Contains).ToImmutableArray();
            if (roots.Length > 0) choices[group.Id] = roots;
        }
        return choices.ToImmutableDictionary(StringComparer.Ordinal);
    }
}
