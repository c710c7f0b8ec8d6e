namespace Updraft.Dags;

/// <summary>Branches and short-circuits decide about something, and a branch of a mapped group about its own index only.</summary>
internal static class BranchRules
{
    public static void Check(DagFacts facts)
    {
        foreach (var task in facts.Dag.Tasks.Where(task => task.Kind != TaskKind.Work))
        {
            var path = $"tasks.{task.Id}.kind";
            var kind = task.Kind == TaskKind.Branch ? "branch" : "short-circuit";
            if (!facts.Graph.DirectDownstreams(task.Id).Any())
                facts.Report(DagErrors.BadBranch, path, $"nothing waits for the {kind} '{task.Id}', so it decides nothing; add downstreams, or remove 'kind'");
            if (task.Map is not null)
                facts.Report(DagErrors.BadBranch, path, $"'{task.Id}' is mapped itself, so its instances would decide about the same tasks; put the {kind} and what it decides about into a mapped group");
            if (task.Kind == TaskKind.Branch) CheckReach(facts, task, path);
        }
    }

    private static void CheckReach(DagFacts facts, TaskSpec branch, string path)
    {
        if (facts.Regions(branch.Group) is not [.., var region]) return;
        var outside = facts.Dag.Tasks.Select(task => (task.Id, task.After)).Concat(facts.Dag.Groups.Select(group => (group.Id, group.After)))
            .Where(node => node.After.Contains(branch.Id) && !node.Id.StartsWith(region + ".", StringComparison.Ordinal));
        foreach (var (id, _) in outside)
            facts.Report(DagErrors.BadBranch, path, $"'{id}' waits for the branch '{branch.Id}' from outside the mapped group '{region}'; let it wait for the group, as in after: {region}");
    }
}
