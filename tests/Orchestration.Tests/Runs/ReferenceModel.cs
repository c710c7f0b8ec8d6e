using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>
/// The rules of <c>semantics.md</c>, written once more in the most naive way: the final state of an instance as a function of the final
/// states it depends on, without events, order or counters.
/// </summary>
internal sealed class ReferenceModel(RunPlan plan, Script script)
{
    private readonly Dictionary<string, TaskState> _states = [];
    private readonly Dictionary<string, (ExpansionState State, int Length)> _lists = [];
    private readonly Dictionary<string, int> _attempts = [];
    private readonly TaskGraph _graph = new(plan.Spec);

    /// <summary>The final state of every instance there is, by name.</summary>
    public SortedDictionary<string, TaskState> All()
    {
        var all = new SortedDictionary<string, TaskState>(StringComparer.Ordinal);
        foreach (var task in plan.Tasks)
            foreach (var place in Instances(task.Region, [], []))
                all[$"{task.Id}[{string.Join('/', place)}]"] = State(task, place, []);
        return all;
    }

    /// <summary>Attempts fixed for groups whose attempts are being tried; all others are at their last.</summary>
    private TaskState State(PlanTask task, int[] place, Dictionary<string, int> given)
    {
        var attempts = Attempts(task, place, given);
        var key = $"{task.Index}@{string.Join('/', place)}@{string.Join(',', attempts)}@{Given(given)}";
        return _states.TryGetValue(key, out var known) ? known : _states[key] = Decide(task, place, attempts, given);
    }

    private TaskState Decide(PlanTask task, int[] place, int[] attempts, Dictionary<string, int> given)
    {
        var standIn = place.Length > 0 && place[^1] < 0;
        var list = standIn ? List(task.Region, place[..^1], given).State : ExpansionState.Expanded;
        if (standIn && task.IsHead)
            return list switch { ExpansionState.Skipped => TaskState.Skipped, ExpansionState.Failed => TaskState.Failed, _ => TaskState.UpstreamFailed };
        return Verdict(task, place, given) switch
        {
            Dags.Verdict.Skip => TaskState.Skipped,
            Dags.Verdict.UpstreamFailed => TaskState.UpstreamFailed,
            Dags.Verdict.Run when standIn => list switch
            {
                ExpansionState.Skipped => TaskState.Skipped,
                ExpansionState.Failed when !_graph.Upstreams(task.Id).Concat(task.IsTeardown ? _graph.WaitedForByTeardown(task.Id) : []).Any(up => plan.TasksById[up].Region is var region && task.Region.Holds(region)) => TaskState.Failed,
                _ => TaskState.UpstreamFailed,
            },
            Dags.Verdict.Run => Run(task, place, attempts),
            _ => throw new InvalidOperationException($"{task} is undecided though all is final"),
        };
    }

    private TaskState Run(PlanTask task, int[] place, int[] attempts)
    {
        for (var n = 1; ; n++)
        {
            var result = script.Result(task, place, attempts, n);
            if (result.Outcome is AttemptOutcome.Success) return TaskState.Success;
            if (result.Outcome is AttemptOutcome.Skipped) return TaskState.Skipped;
            if (result.Outcome is AttemptOutcome.FailedForGood || n > task.Spec.Retry.Retries) return TaskState.Failed;
        }
    }

    private Verdict Verdict(PlanTask task, int[] place, Dictionary<string, int> given)
    {
        if (task.IsTeardown)
        {
            var setups = task.Spec.Teardown!.Of.SelectMany(id => States(plan.TasksById[id], task.Region, place, given)).ToArray();
            return TriggerRules.DecideTeardown(Sum(setups), setups.Length > 0);
        }
        foreach (var id in _graph.Above(task.Id))
            if (plan.TasksById[id] is { Spec.Kind: not TaskKind.Work } gate && SkippedBy(gate, task, place, given)) return Dags.Verdict.Skip;
        return TriggerRules.Decide(task.Spec.TriggerRule, Sum(_graph.Upstreams(task.Id).SelectMany(id => States(plan.TasksById[id], task.Region, place, given))));
    }

    private bool SkippedBy(PlanTask gate, PlanTask task, int[] place, Dictionary<string, int> given)
    {
        var isDirect = _graph.Upstreams(task.Id).Contains(gate.Id);
        if (!gate.Region.Holds(task.Region)) return false;
        if (!isDirect && (gate.Spec.Kind is TaskKind.Branch || gate.Spec.RespectTriggerRules)) return false;
        var at = place[..gate.Region.Depth];
        if (State(gate, at, given) is not TaskState.Success) return false;
        var output = script.Output(gate, at, Attempts(gate, at, given));
        if (gate.Spec.Kind is TaskKind.ShortCircuit) return !output.GetBoolean();
        var chosen = output.EnumerateArray().SelectMany(id => plan.Choices[gate][id.GetString()!]).ToArray();
        return !chosen.Contains(task) && !_graph.Above(task.Id).Any(up => chosen.Any(choice => choice.Id == up));
    }

    /// <summary>The states of an upstream's instances as an instance at a place sees them.</summary>
    private IEnumerable<TaskState> States(PlanTask upstream, PlanRegion region, int[] place, Dictionary<string, int> given)
    {
        var common = PlanRegion.Common(upstream.Region, region).Depth;
        return Instances(upstream.Region, place[..common], given).Select(at => State(upstream, at, given));
    }

    private IEnumerable<int[]> Instances(PlanRegion region, int[] prefix, Dictionary<string, int> given)
    {
        if (region.Depth == prefix.Length) return [prefix];
        return Instances(region.Parent!, prefix, given).SelectMany(home => List(region, home, given) is (ExpansionState.Expanded, var length)
            ? Enumerable.Range(0, length).Select(slot => home.Append(slot).ToArray())
            : [[.. home, RegionInstance.StandInSlot]]);
    }

    private (ExpansionState State, int Length) List(PlanRegion region, int[] home, Dictionary<string, int> given)
    {
        var key = $"{region.Index}@{string.Join('/', home)}@{Given(given)}";
        if (_lists.TryGetValue(key, out var known)) return known;
        return _lists[key] = Make(region, home, given);
    }

    private (ExpansionState State, int Length) Make(PlanRegion region, int[] home, Dictionary<string, int> given)
    {
        var verdict = region.Head is { } head ? Verdict(head, home, given)
            : TriggerRules.Decide(TriggerRule.AllSuccess, Sum(region.ListReads.SelectMany(read => States(plan.TasksById[read.TaskId], region.Parent!, home, given))));
        if (verdict is Dags.Verdict.Skip) return (ExpansionState.Skipped, 0);
        if (verdict is Dags.Verdict.UpstreamFailed) return (ExpansionState.UpstreamFailed, 0);
        if (home.Length > 0 && home[^1] < 0) return (List(region.Parent!, home[..^1], given).State, 0);
        var length = region.Map!.Over.ValueKind is JsonValueKind.Array ? region.Map.Over.GetArrayLength() : Source(region, home, given);
        return length switch { null => (ExpansionState.Failed, 0), 0 => (ExpansionState.Skipped, 0), { } n => (ExpansionState.Expanded, n) };
    }

    private int? Source(PlanRegion region, int[] home, Dictionary<string, int> given)
    {
        var source = plan.TasksById[region.ListReads[0].TaskId];
        var at = home[..source.Region.Depth];
        if (State(source, at, given) is not TaskState.Success) return null;
        var output = script.Output(source, at, Attempts(source, at, given));
        return output.ValueKind is JsonValueKind.Number ? output.GetInt32() : null;
    }

    /// <summary>The attempts of the groups around an instance, outermost first: an inner group's depend on the outer one's.</summary>
    private int[] Attempts(PlanTask task, int[] place, Dictionary<string, int> given)
    {
        var around = new Dictionary<string, int>(given);
        return [.. task.RetryGroups.Select(group => around[$"{group.Index}@{string.Join('/', place[..group.Region.Depth])}"] = Attempt(group, place[..group.Region.Depth], around))];
    }

    /// <summary>The attempt at which a group ends: the first in which no member fails for good, else its last.</summary>
    private int Attempt(PlanGroup group, int[] at, Dictionary<string, int> given)
    {
        var name = $"{group.Index}@{string.Join('/', at)}";
        if (given.TryGetValue(name, out var fixedTo)) return fixedTo;
        var key = $"{name}@{Given(given)}";
        if (_attempts.TryGetValue(key, out var known)) return known;
        var attempt = 1;
        for (; attempt <= group.Spec.Retries; attempt++)
        {
            var tried = new Dictionary<string, int>(given) { [name] = attempt };
            if (!group.Members.Where(member => member.Counts).SelectMany(member => Instances(member.Region, at, tried).Select(place => State(member, place, tried))).Contains(TaskState.Failed)) break;
        }
        return _attempts[key] = attempt;
    }

    private static string Given(Dictionary<string, int> given) => string.Join(';', given.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private static UpstreamStates Sum(IEnumerable<TaskState> states)
    {
        var all = states.ToArray();
        return new UpstreamStates(true, all.Contains(TaskState.Success), all.Contains(TaskState.Failed), all.Contains(TaskState.UpstreamFailed), all.Contains(TaskState.Skipped));
    }
}
