using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>Makes valid DAGs of every shape from a seed: groups, maps, chains, branches, setups, retries, all rules.</summary>
internal static class RandomDag
{
    public static DagSpec Make(int seed)
    {
        for (var attempt = 0; ; attempt++)
        {
            var spec = Draw(new Random(unchecked(seed * 7919 + attempt)));
            if (IsValid(spec)) return spec;
        }
    }

    private static DagSpec Draw(Random random)
    {
        var groups = new List<GroupSpec>();
        for (var n = random.Next(4); n > 0; n--)
        {
            var parent = groups.Count > 0 && random.Next(3) == 0 ? groups[random.Next(groups.Count)].Id : null;
            groups.Add(new GroupSpec
            {
                Id = parent is null ? $"g{groups.Count}" : $"{parent}.g{groups.Count}",
                Parent = parent,
                Map = random.Next(5) < 2 ? Literal(random.Next(4)) : null,
                Retries = random.Next(3) == 0 ? random.Next(1, 3) : 0,
                RetryDelay = TimeSpan.FromSeconds(random.Next(2)),
            });
        }

        var tasks = new List<TaskSpec>();
        for (var n = random.Next(3, 11); n > 0; n--)
        {
            var group = groups.Count > 0 && random.Next(2) == 0 ? groups[random.Next(groups.Count)].Id : null;
            var id = group is null ? $"t{tasks.Count}" : $"{group}.t{tasks.Count}";
            var after = Enumerable.Range(0, random.Next(4)).Where(_ => tasks.Count > 0).Select(_ => tasks[random.Next(tasks.Count)].Id).Distinct().ToList();
            if (groups.Count > 0 && random.Next(6) == 0) after.Add(groups[random.Next(groups.Count)].Id);
            var teardown = random.Next(8) == 0 && tasks.Count > 0 ? tasks[random.Next(tasks.Count)].Id : null;
            tasks.Add(new TaskSpec
            {
                Id = id,
                Group = group,
                Operator = "noop",
                With = JsonSerializer.SerializeToElement(new { }),
                After = [.. after],
                TriggerRule = random.Next(2) == 0 ? TriggerRule.AllSuccess : (TriggerRule)random.Next(12),
                Kind = random.Next(6) switch { 0 => TaskKind.Branch, 1 => TaskKind.ShortCircuit, _ => TaskKind.Work },
                RespectTriggerRules = random.Next(2) == 0,
                Setup = random.Next(6) == 0,
                Teardown = teardown is null ? null : new TeardownSpec { Of = [teardown], Counts = random.Next(2) == 0 },
                Map = random.Next(4) == 0 ? Map(random, tasks) : null,
                Retry = new RetrySpec { Retries = random.Next(3), Delay = TimeSpan.FromSeconds(1) },
            });
        }
        foreach (var group in groups.ToArray())
            if (random.Next(3) == 0) groups[groups.IndexOf(group)] = group with { After = [tasks[random.Next(tasks.Count)].Id] };
            else if (random.Next(4) == 0 && group.Map is not null) groups[groups.IndexOf(group)] = group with { Map = Read(tasks[random.Next(tasks.Count)].Id, "output") };
        var teardowns = tasks.Where(task => task.Teardown is not null).SelectMany(task => task.Teardown!.Of).ToHashSet();
        return new DagSpec
        {
            Name = "random",
            Groups = [.. groups],
            Tasks = [.. tasks.Select(task => task with { Setup = teardowns.Contains(task.Id) })],
            Outcome = random.Next(2) == 0 ? OutcomePolicy.Leaves : OutcomePolicy.All,
            MaxActiveTasks = random.Next(4) == 0 ? random.Next(1, 3) : null,
        };
    }

    private static MapSpec Map(Random random, List<TaskSpec> tasks)
    {
        var from = tasks.Count > 0 ? tasks[random.Next(tasks.Count)] : null;
        var map = from is null || random.Next(2) == 0 ? Literal(random.Next(4)) : Read(from.Id, from.Map is null ? "output" : "outputs");
        return random.Next(4) == 0 ? map with { MaxActive = random.Next(1, 3) } : map;
    }

    private static MapSpec Literal(int length) => new() { Over = JsonSerializer.SerializeToElement(Enumerable.Range(0, length)) };

    private static MapSpec Read(string task, string what) => new() { Over = JsonSerializer.SerializeToElement($"{{{{ tasks['{task}'].{what} }}}}") };

    /// <summary>What validation would refuse, as far as it can come up here.</summary>
    private static bool IsValid(DagSpec spec)
    {
        var inUse = spec.Tasks.Select(task => task.Group).OfType<string>().ToHashSet();
        if (spec.Groups.Any(group => !inUse.Any(used => used == group.Id || used.StartsWith(group.Id + ".", StringComparison.Ordinal)))) return false;
        RunPlan plan;
        try
        {
            var graph = new TaskGraph(spec);
            if (spec.Tasks.Any(task => graph.Above(task.Id).Contains(task.Id))) return false;
            plan = PlanCompiler.Compile(spec);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
        // A way that leaves a group with retries and comes back would wait for the group to settle, and the group for it.
        var above = new TaskGraph(spec);
        foreach (var group in plan.RetryGroups)
            if (plan.Tasks.Except(group.Members).Any(outside => group.Members.Any(member => above.Above(member.Id).Contains(outside.Id)) && group.Members.Any(member => above.Above(outside.Id).Contains(member.Id)))) return false;
        foreach (var task in plan.Tasks)
        {
            if (task.Spec.Teardown is { } teardown && teardown.Of.Any(of => plan.TasksById[of] is var setup && (setup.Region != task.Region || setup.IsTeardown || !setup.RetryGroups.SequenceEqual(task.RetryGroups)))) return false;
            if (task.Spec.Kind is TaskKind.Branch && task.Out.Any(edge => edge.Role is EdgeRole.Rule && edge.To.Task is { } to && !task.Region.Holds(to.Region))) return false;
            if (task.IsTeardown && (task.Spec.Kind is not TaskKind.Work || task.Spec.Map is not null)) return false;
            // A list is read from what is one instance to its reader.
            foreach (var region in plan.Regions.Where(region => region.Map is not null))
                foreach (var read in region.ListReads)
                    if (plan.TasksById[read.TaskId] is var source && (read.Form is OutputForm.Single ? !source.Region.Holds(region.Parent!) : source.Region != region)) return false;
            if (task.Spec.Map is not null && PlanReads.ChainedTo(spec, task.Spec) is { } chained && plan.TasksById[chained].Region != task.Region) return false;
        }
        return plan.Regions.All(region => region.Expander is null || !new TaskGraph(spec).Roots(region.Id).SelectMany(root => new TaskGraph(spec).Above(root)).Any(up => region.Holds(plan.TasksById[up].Region)));
    }
}
