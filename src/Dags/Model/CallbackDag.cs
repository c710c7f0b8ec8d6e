using System.Security.Cryptography;
using System.Text;

namespace Updraft.Dags;

/// <summary>The DAG of one task that a callback is run as.</summary>
public static class CallbackDag
{
    private const int LongestName = 64;

    /// <summary>What a callback is told of what it is about: the members of <c>about</c>.</summary>
    public static readonly string[] Members = ["kind", "run_id", "dag", "task", "keys", "try", "state", "reason", "logical_date"];

    /// <summary>
    /// The DAG of a callback, named as <c>nightly.on_failure</c>. It has the params, the labels, the lane and the retention of the DAG that the callback
    /// belongs to, so that the same conf fits it, and one task.
    /// </summary>
    /// <param name="dag">The DAG that the callback belongs to.</param>
    /// <param name="kind">The moment.</param>
    /// <param name="taskId">Full id of the task; null for the DAG's own callbacks.</param>
    /// <param name="index">Which of the callbacks of that moment, from 0.</param>
    /// <exception cref="ArgumentException">There is no such task or callback.</exception>
    public static DagSpec Of(DagSpec dag, CallbackKind kind, string? taskId, int index)
    {
        var callbacks = taskId is null ? dag.Callbacks : dag.Tasks.FirstOrDefault(task => task.Id == taskId)?.Callbacks;
        if (callbacks?.Of(kind) is not { } all || index < 0 || index >= all.Length)
            throw new ArgumentException($"DAG '{dag.Name}' has no callback {Callbacks.Field(kind)}[{index}] of {(taskId is null ? "its own" : $"'{taskId}'")}");
        var callback = all[index];
        return new DagSpec
        {
            Name = Name(dag.Name, Callbacks.Field(kind)),
            Labels = dag.Labels,
            Params = dag.Params,
            Lane = dag.Lane,
            Retention = dag.Retention,
            Tasks =
            [
                new TaskSpec
                {
                    Id = NameRules.IsName(callback.Operator, dots: false) ? callback.Operator : "callback",
                    Operator = callback.Operator,
                    With = callback.With,
                    Retry = callback.Retry,
                    Timeout = callback.Timeout,
                },
            ],
        };
    }

    /// <summary>A long name is cut, and told apart from others that begin alike.</summary>
    private static string Name(string dag, string field)
    {
        var whole = $"{dag}.{field}";
        if (whole.Length <= LongestName) return whole;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dag)).AsSpan(0, 4));
        return $"{dag[..(LongestName - field.Length - hash.Length - 2)]}-{hash}.{field}";
    }
}
