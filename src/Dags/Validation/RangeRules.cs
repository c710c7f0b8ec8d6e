namespace Updraft.Dags;

/// <summary>Numbers and durations are within their ranges, and bounds do not contradict each other.</summary>
internal static class RangeRules
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    public static void Check(DagFacts facts)
    {
        var dag = facts.Dag;
        Least(facts, "max_active_runs", dag.MaxActiveRuns, 1);
        Least(facts, "max_queued_runs", dag.MaxQueuedRuns, 0);
        Least(facts, "max_active_tasks", dag.MaxActiveTasks, 1);
        Least(facts, "pause_after_failures", dag.PauseAfterFailures, 1);
        Positive(facts, "run_timeout", dag.RunTimeout);
        Due(facts, "due", dag.Due);
        Retention(facts, dag.Retention);
        foreach (var group in dag.Groups)
        {
            Between(facts, $"tasks.{group.Id}.retries", group.Retries, 0, 1000);
            NotNegative(facts, $"tasks.{group.Id}.retry_delay", group.RetryDelay);
        }
        foreach (var task in dag.Tasks) Task(facts, task, $"tasks.{task.Id}");
    }

    private static void Task(DagFacts facts, TaskSpec task, string path)
    {
        Attempts(facts, path, task.Retry, task.Timeout);
        Due(facts, $"{path}.due", task.Due);
        Positive(facts, $"{path}.task_timeout", task.TaskTimeout);
        if (task.TaskTimeout < task.Timeout)
            facts.Report(DagErrors.Contradiction, $"{path}.task_timeout", $"'task_timeout' bounds all tries together and is shorter than 'timeout', which bounds each; raise it above {Durations.Format(task.Timeout.Value)}");
        foreach (var use in task.Pools) Least(facts, $"{path}.pools.{use.Pool}", use.Slots, 1);
        if (task.Limit is { } limit)
        {
            Least(facts, $"{path}.limit.max", limit.Max, 1);
            if (limit.Key.Length == 0) facts.Report(DagErrors.OutOfRange, $"{path}.limit.key", "the key is empty; write a template such as {{ item.customer }}");
        }
        if (task.Compute is { } compute)
        {
            if (compute.Cpu is { } cpu && !(cpu > 0 && double.IsFinite(cpu))) facts.Report(DagErrors.OutOfRange, $"{path}.compute.cpu", "must be above 0");
            Least(facts, $"{path}.compute.memory_mb", compute.MemoryMb, 1);
            Least(facts, $"{path}.compute.gpu", compute.Gpu, 0);
        }
        if (task.RespectTriggerRules && task.Kind != TaskKind.ShortCircuit)
            facts.Report(DagErrors.Contradiction, $"{path}.respect_trigger_rules", "only a short-circuit has this; add 'kind: short_circuit', or remove it");
    }

    /// <summary>Of a task or of a callback.</summary>
    public static void Attempts(DagFacts facts, string path, RetrySpec retry, TimeSpan? timeout)
    {
        Between(facts, $"{path}.retries", retry.Retries, 0, 1000);
        NotNegative(facts, $"{path}.retry_delay", retry.Delay);
        NotNegative(facts, $"{path}.max_retry_delay", retry.MaxDelay);
        Between(facts, $"{path}.retry_backoff", retry.Backoff, 1, 10);
        Positive(facts, $"{path}.timeout", timeout);
    }

    private static void Due(DagFacts facts, string path, DueSpec? due)
    {
        if (due is null) return;
        if (due.After is null == due.Factor is null)
            facts.Report(DagErrors.Contradiction, path, "a due time is either 'after', as in after: 2h, or 'factor', as in factor: 1.5; give one of them");
        else if (due.Factor is not null && due.From != DueFrom.LogicalDate)
            facts.Report(DagErrors.Contradiction, $"{path}.from", "'factor' counts from the start; remove 'from'");
        Positive(facts, $"{path}.after", due.After);
        if (due.Factor is { } factor && !(factor > 1 && double.IsFinite(factor))) facts.Report(DagErrors.OutOfRange, $"{path}.factor", "must be above 1: 1.5 is late at one and a half times the usual duration");
    }

    private static void Retention(DagFacts facts, RetentionSpec? retention)
    {
        if (retention is null) return;
        Positive(facts, "retention.runs", retention.Runs);
        foreach (var (name, value) in new[] { ("logs", retention.Logs), ("outputs", retention.Outputs) })
        {
            Positive(facts, $"retention.{name}", value);
            if (value > retention.Runs) facts.Report(DagErrors.Contradiction, $"retention.{name}", $"'{name}' is longer than 'runs', with which they go; raise 'runs', or shorten '{name}'");
        }
        Least(facts, "retention.max_runs", retention.MaxRuns, 1);
    }

    public static void Between(DagFacts facts, string path, double value, double least, double most)
    {
        if (!(value >= least && value <= most)) facts.Report(DagErrors.OutOfRange, path, FormattableString.Invariant($"must be from {least} to {most}, and is {value}"));
    }

    public static void Least(DagFacts facts, string path, int? value, int least)
    {
        if (value < least) facts.Report(DagErrors.OutOfRange, path, $"must be {least} or more, and is {value}");
    }

    public static void NotNegative(DagFacts facts, string path, TimeSpan? value)
    {
        if (value is { } length && (length < TimeSpan.Zero || !IsSound(length))) facts.Report(DagErrors.OutOfRange, path, "must be from 0s to 3660d, in whole milliseconds");
    }

    private static void Positive(DagFacts facts, string path, TimeSpan? value)
    {
        if (value is { } length && (length <= TimeSpan.Zero || !IsSound(length))) facts.Report(DagErrors.OutOfRange, path, "must be above 0s, up to 3660d, in whole milliseconds; leave it out for no limit");
    }

    private static bool IsSound(TimeSpan length) => length <= Longest && length.Ticks % TimeSpan.TicksPerMillisecond == 0;
}
