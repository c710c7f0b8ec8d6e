using Updraft.Dags;

namespace Updraft.Runs;

internal static class WorkTasks
{
    /// <summary>Adds a task that does what the stage says, and else hands over a value.</summary>
    public static TaskNode Work(this ITaskScope scope, string name, object? value = null) => scope.Task(name, "work", value is null ? null : new { value });
}
