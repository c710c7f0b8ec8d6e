using Updraft.Dags;

namespace Updraft.FunctionApp.Tests;

internal static class Acts
{
    /// <summary>Adds a task that hands over a value.</summary>
    public static TaskNode Act(this ITaskScope scope, string name, object? value = null) => scope.Task(name, "act", value is null ? null : new { value });
}
