namespace Updraft.Dags;

/// <summary>A teardown has something to clean up, and lies downstream of its setups, in the same mapped group.</summary>
internal static class TeardownRules
{
    public static void Check(DagFacts facts)
    {
        foreach (var task in facts.Dag.Tasks)
        {
            if (task.Teardown is not { } teardown) continue;
            var path = $"tasks.{task.Id}.teardown";
            if (task.Setup) facts.Report(DagErrors.Contradiction, path, $"'{task.Id}' is a setup and a teardown; make two tasks of it");
            if (task.Kind != TaskKind.Work) facts.Report(DagErrors.Contradiction, path, $"'{task.Id}' is a teardown, which decides about nothing; remove 'kind'");
            if (task.TriggerRule != TriggerRule.AllSuccess)
                facts.Report(DagErrors.Contradiction, $"tasks.{task.Id}.trigger_rule", $"'{task.Id}' is a teardown, which runs once its setup succeeded and the work is over, whatever became of it; remove 'trigger_rule'");
            if (teardown.Of.IsEmpty && task.After.IsEmpty)
                facts.Report(DagErrors.BadTeardown, path, $"the teardown '{task.Id}' waits for nothing and names no setup; give 'of' or 'after'");
            foreach (var (index, setup) in teardown.Of.Index()) Setup(facts, task, setup, $"{path}.of[{index}]");
        }
    }

    private static void Setup(DagFacts facts, TaskSpec teardown, string id, string path)
    {
        if (!facts.IsTask(id))
        {
            facts.Report(DagErrors.UnknownUpstream, path, $"'{id}' is no task of this DAG{Suggestion.For(id, facts.Dag.Tasks.Where(task => task.Setup).Select(task => task.Id))}");
            return;
        }
        if (!facts.Task(id).Setup) facts.Report(DagErrors.BadTeardown, path, $"'{id}' is no setup; give it 'setup: true'");
        if (!facts.Graph.IsUpstream(id, teardown.Id)) facts.Report(DagErrors.BadTeardown, path, $"the setup '{id}' is not upstream of '{teardown.Id}'; add it to 'after' of '{teardown.Id}', or of the work between them");
        if (!facts.Regions(id).SequenceEqual(facts.Regions(teardown.Id)))
            facts.Report(DagErrors.BadTeardown, path, $"the setup '{id}' and its teardown '{teardown.Id}' are mapped differently; put both into the same mapped group, and map neither alone");
    }
}
