namespace Updraft.Dags;

/// <summary>Callbacks are of moments that there are, and their numbers are within their ranges.</summary>
internal static class CallbackRules
{
    public static void Check(DagFacts facts)
    {
        foreach (var kind in (CallbackKind[])[CallbackKind.Retry, CallbackKind.Skip])
        {
            if (!facts.Dag.Callbacks.Of(kind).IsEmpty)
                facts.Report(DagErrors.UnknownField, Callbacks.Field(kind), $"'{Callbacks.Field(kind)}' is a task's: a run has 'on_success', 'on_failure' and 'on_late'; write it in a task");
        }
        foreach (var (callback, path) in All(facts.Dag)) RangeRules.Attempts(facts, path, callback.Retry, callback.Timeout);
        if (!facts.Dag.Callbacks.OnLate.IsEmpty && facts.Dag.Due is null) NeverLate(facts, "");
        // Defaults may hold it for the tasks that have a due time.
        var late = facts.Dag.Tasks.Where(task => !task.Callbacks.OnLate.IsEmpty).ToList();
        if (late.Count > 0 && late.TrueForAll(task => task.Due is null)) NeverLate(facts, $"tasks.{late[0].Id}.");
    }

    /// <summary>Every callback of the DAG and its tasks, with its path.</summary>
    public static IEnumerable<(CallbackSpec Callback, string Path)> All(DagSpec dag) =>
        Of(dag.Callbacks, "").Concat(dag.Tasks.SelectMany(task => Of(task.Callbacks, $"tasks.{task.Id}.")));

    private static IEnumerable<(CallbackSpec Callback, string Path)> Of(Callbacks callbacks, string path) => callbacks.IsEmpty ? [] : Enum.GetValues<CallbackKind>()
        .SelectMany(kind => callbacks.Of(kind).Select((callback, index) => (callback, $"{path}{Callbacks.Field(kind)}[{index}]")));

    private static void NeverLate(DagFacts facts, string path) =>
        facts.Report(DagErrors.Contradiction, $"{path}{Callbacks.Field(CallbackKind.Late)}[0]", "there is no 'due' here, so that nothing is ever late; add it, as in due: {after: 2h}");
}
