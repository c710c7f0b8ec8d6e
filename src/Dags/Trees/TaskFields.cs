using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Fields that tasks and callbacks share.</summary>
internal static class TaskFields
{
    public static RetrySpec Retry(this ObjectReader task) => new()
    {
        Retries = task.Integer("retries") ?? RetrySpec.None.Retries,
        Delay = task.Duration("retry_delay") ?? RetrySpec.None.Delay,
        Backoff = task.Number("retry_backoff") ?? RetrySpec.None.Backoff,
        MaxDelay = task.Duration("max_retry_delay") ?? RetrySpec.None.MaxDelay,
    };

    public static DueSpec? Due(this ObjectReader around)
    {
        if (around.Object("due") is not { } due) return null;
        var spec = new DueSpec { After = due.Duration("after"), From = due.Word("from", DueFrom.LogicalDate), Factor = due.Number("factor") };
        due.Done();
        return spec;
    }

    /// <summary>The one member that nobody asked for is the operator, with its fields; null when there is none.</summary>
    public static (string Name, JsonElement With)? Operator(this ObjectReader task, string what)
    {
        var rest = task.Rest.ToList();
        // A misspelt field beside the operator: the operator is the one that holds a mapping.
        var operators = rest.Count == 1 ? rest : [.. rest.Where(member => member.Value is TreeMap)];
        foreach (var member in rest.Except(operators)) task.Unknown(member, task.Asked);
        if (operators.Count == 0)
        {
            task.Report(DagErrors.MissingField, task.Origin, $"the {what} has no operator; give what it does, as in shell: {{ script: ... }}");
            return null;
        }
        if (operators.Count > 1)
        {
            var names = string.Join(", ", operators.Select(member => $"'{member.Name}'"));
            task.Report(DagErrors.UnknownField, operators[1].Origin, $"a {what} has one operator besides its own fields, and here are {names}");
            return null;
        }
        var fields = task.Node(operators[0].Name)!;
        task.AddSources(task.PathOf(operators[0].Name), fields);
        if (fields is TreeNull) fields = new TreeMap(fields.Origin, []);
        if (fields is TreeMap) return (operators[0].Name, TreeJson.ToJson(fields));
        task.Unknown(operators[0], task.Asked.Where(name => name != operators[0].Name), "; the fields of an operator are a mapping, as in shell: { script: ... }");
        return null;
    }
}
