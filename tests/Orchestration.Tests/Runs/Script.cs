using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>What the work of each instance does, drawn from a seed: the same whenever it is asked.</summary>
internal sealed class Script(RunPlan plan, int seed)
{
    /// <summary>How a try ends. Depends on the task, its place, the attempts of the groups around it and the try within them; on nothing that order could change.</summary>
    public AttemptResult Result(PlanTask task, IReadOnlyList<int> place, IReadOnlyList<int> groupAttempts, int tryInRound)
    {
        var drawn = Draw(task, place, groupAttempts, tryInRound);
        return (drawn % 100) switch
        {
            < 68 => new AttemptResult { Outcome = AttemptOutcome.Success, Output = new OutputRef(Output(task, place, groupAttempts)) },
            < 88 => new AttemptResult { Outcome = AttemptOutcome.Failed, Reason = "scripted" },
            < 94 => new AttemptResult { Outcome = AttemptOutcome.FailedForGood, Reason = "scripted" },
            _ => new AttemptResult { Outcome = AttemptOutcome.Skipped },
        };
    }

    /// <summary>What it hands over: a choice for a branch, a word for a short-circuit, else the length of a list.</summary>
    public JsonElement Output(PlanTask task, IReadOnlyList<int> place, IReadOnlyList<int> groupAttempts)
    {
        var drawn = Draw(task, place, groupAttempts, 1000);
        return task.Spec.Kind switch
        {
            TaskKind.Branch => JsonSerializer.SerializeToElement(plan.Choices[task].Keys.Order(StringComparer.Ordinal).Where((_, n) => (drawn >> n) % 2 == 0)),
            TaskKind.ShortCircuit => JsonSerializer.SerializeToElement(drawn % 3 != 0),
            _ => JsonSerializer.SerializeToElement((int)(drawn % 4)),
        };
    }

    private uint Draw(PlanTask task, IReadOnlyList<int> place, IReadOnlyList<int> groupAttempts, int salt)
    {
        var hash = 2166136261u;
        foreach (var n in place.Concat(groupAttempts.Select(n => n + 100)).Append(task.Index).Append(salt).Append(seed)) hash = (hash ^ (uint)n) * 16777619u ^ (hash >> 13);
        hash ^= hash >> 16;
        hash *= 0x45d9f3b;
        return hash ^ (hash >> 15);
    }
}
