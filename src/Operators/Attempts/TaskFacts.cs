using System.Globalization;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>What work outside of this process is told of its task, as variables whose names begin with <see cref="EnvironmentNames.Own"/>.</summary>
internal static class TaskFacts
{
    /// <summary>Names the try.</summary>
    public const string Attempt = "ATTEMPT";

    /// <summary>Names, without the common beginning, and values.</summary>
    public static IEnumerable<(string Name, string Value)> Of(TaskContext context)
    {
        yield return (Attempt, context.AttemptId);
        yield return ("RUN_ID", context.Run.RunId);
        yield return ("DAG", context.Run.Dag);
        yield return ("TASK", context.TaskId);
        yield return ("TRY", context.Try.ToString(CultureInfo.InvariantCulture));
        yield return ("LOGICAL_DATE", Instants.Format(context.Run.LogicalDate));
        yield return ("DATA_INTERVAL_START", Instants.Format(context.Run.DataIntervalStart));
        yield return ("DATA_INTERVAL_END", Instants.Format(context.Run.DataIntervalEnd));
        if (context.Key is { } key) yield return ("KEY", key);
        if (context.Keys.Length > 0) yield return ("KEYS", JsonSerializer.Serialize(context.Keys, CodeJson.Options));
    }
}
