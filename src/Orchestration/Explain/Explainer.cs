using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Says of any task instance why it is not at work now, from what is stored. Thread-safe.</summary>
public sealed class Explainer(IStateStore store, SpecStore specs, EventClient events)
{
    private const int MostNamed = 20;

    private readonly RunReader _reader = new(store);

    /// <summary>Explains the instances of a task.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="taskId">Full id of the task.</param>
    /// <param name="keys">Map keys, outermost first; empty for all instances.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>One for each instance; none when there is no such run, task or instance.</returns>
    public async Task<ImmutableArray<Explanation>> ExplainAsync(string runId, string taskId, ImmutableArray<string> keys, CancellationToken cancellation = default)
    {
        if (await _reader.GetAsync(runId, cancellation) is not { } run || await specs.GetSpecAsync(run.Request.DagHash, cancellation) is not { } json) return [];
        var dag = DagJson.Parse(Encoding.UTF8.GetString(json.Span));
        if (dag.Tasks.FirstOrDefault(task => task.Id == taskId) is not { } task) return [];
        var instances = await _reader.InstancesAsync(run, cancellation).ToListAsync(cancellation);
        var found = instances.Where(instance => instance.Task == taskId && (keys.IsEmpty || keys.AsSpan().SequenceEqual(instance.Keys.AsSpan()))).ToList();
        // Before the run has its slot, there are no instances yet.
        if (found.Count == 0 && keys.IsEmpty && instances.Count == 0) found.Add(new InstanceDocument { Task = taskId, Shown = true });
        var explained = ImmutableArray.CreateBuilder<Explanation>();
        foreach (var instance in found) explained.Add(await ExplainAsync(run, dag, task, instance, instances, cancellation));
        return explained.ToImmutable();
    }

    private async Task<Explanation> ExplainAsync(RunView run, DagSpec dag, TaskSpec task, InstanceDocument instance, List<InstanceDocument> all, CancellationToken cancellation)
    {
        var explanation = new Explanation { RunId = run.Request.RunId, Status = run.Body.Status, Name = NameOf(instance), State = instance.State, Reasons = [], At = TimeOf(instance) };
        if (instance.State.IsFinal()) return explanation with { Reasons = [Say($"it has ended: {StateText.Of(instance.State)}", instance.Reason)] };
        var reasons = new List<string>();
        if (run.Body.Stopping is { } stopping) reasons.Add(Say("the run is being stopped", stopping));
        if (run.Body.Status is RunStatus.Queued)
        {
            var limits = await LimitsAsync([PoolNames.RunsOf(run.Request.Dag)], new LeaseHolder(run.Request.RunId), cancellation);
            return explanation with { Reasons = [.. reasons, Say("the run waits for its own turn", run.Body.Reason ?? (limits.IsEmpty ? "it has just been made, or nothing drives it" : null)), .. limits.Select(Line)], Limits = limits };
        }
        if (run.Body.Paused) reasons.Add("the run is paused: nothing new starts until it is resumed");
        switch (instance.State)
        {
            case TaskState.None:
                var upstreams = UpstreamsOf(dag, task, instance, all);
                reasons.Add(upstreams.IsEmpty ? Say("it is about to be decided", instance.Reason) : $"it waits for its upstreams (trigger rule {StateText.Of(task.TriggerRule)})");
                return explanation with { Reasons = [.. reasons, .. upstreams.Select(Line)], Upstreams = upstreams };
            case TaskState.Scheduled:
                var waits = await LimitsAsync(LedgersOf(run.Request.Dag, task, instance), new LeaseHolder(run.Request.RunId, NameOf(instance), instance.Try + 1), cancellation);
                if (waits.IsEmpty) reasons.Add(Say(dag.MaxActiveTasks is { } most ? string.Create(CultureInfo.InvariantCulture, $"it may start, and waits for a worker or for one of the {most} tasks that the DAG runs at once") : "it may start, and waits for a worker", instance.Reason));
                return explanation with { Reasons = [.. reasons, .. waits.Select(Line)], Limits = waits };
            case TaskState.UpForRetry:
                return explanation with { Reasons = [.. reasons, Say(string.Create(CultureInfo.InvariantCulture, $"try {instance.Try} has failed, and the next begins at {Time(instance.DueAt)}"), instance.Reason)] };
            case TaskState.Waiting:
                return explanation with { Reasons = [.. reasons, Say("it has begun, and waits outside of any worker", instance.Reason), .. await EventsAsync(run, cancellation)] };
            case TaskState.Stopping:
                return explanation with { Reasons = [.. reasons, Say("it is being stopped, until its work is known to be dead", instance.Reason)] };
            default:
                return explanation with { Reasons = [.. reasons, string.Create(CultureInfo.InvariantCulture, $"it is at work since {Time(instance.StartedAt)}, try {instance.Try}")] };
        }
    }

    private static ImmutableArray<UpstreamWait> UpstreamsOf(DagSpec dag, TaskSpec task, InstanceDocument instance, List<InstanceDocument> all)
    {
        var direct = new TaskGraph(dag).Upstreams(task.Id).ToHashSet(StringComparer.Ordinal);
        // Inside a mapped group, an instance sees the tasks of its own index.
        return [.. all.Where(other => direct.Contains(other.Task) && !other.State.IsFinal())
            .Where(other => !Shares(dag, task.Id, other.Task) || other.Keys.Zip(instance.Keys).All(pair => pair.First == pair.Second))
            .Take(MostNamed).Select(other => new UpstreamWait(NameOf(other), other.State, other.Reason))];
    }

    private static bool Shares(DagSpec dag, string a, string b) => dag.Groups.Any(group => group.Map is not null && a.StartsWith(group.Id + ".", StringComparison.Ordinal) && b.StartsWith(group.Id + ".", StringComparison.Ordinal));

    private static IEnumerable<string> LedgersOf(string dag, TaskSpec task, InstanceDocument instance)
    {
        foreach (var use in task.Pools) yield return PoolNames.Named(use.Pool);
        if (task.Limit is not null && instance.LimitKey is { } key) yield return PoolNames.KeyOf(dag, task.Id, key);
    }

    private async Task<ImmutableArray<LimitWait>> LimitsAsync(IEnumerable<string> ledgers, LeaseHolder who, CancellationToken cancellation)
    {
        var waits = ImmutableArray.CreateBuilder<LimitWait>();
        foreach (var name in ledgers)
        {
            if ((await store.GetAsync<PoolLedger>(PoolPaths.Ledger(name), cancellation))?.Value is not { } ledger) continue;
            var order = ledger.Waiting.SelectMany(queue => queue.Waiters.Select(waiter => (queue.Priority, Waiter: waiter))).OrderByDescending(each => each.Priority).ThenBy(each => each.Waiter.Order).ToList();
            if (ledger.Leases.Any(lease => lease.Holder == who)) continue;
            var place = order.FindIndex(each => each.Waiter.Holder == who);
            if (place < 0 && ledger.Taken < ledger.Limit) continue;
            // A large run lets only some of its tasks stand in line; the others come after all that do.
            var ahead = place < 0 ? order.Count : place;
            waits.Add(new LimitWait(name, ledger.Limit, ledger.Taken, ahead, [.. ledger.Leases.Select(lease => lease.Holder).Take(MostNamed)]));
        }
        return waits.ToImmutable();
    }

    private async Task<IEnumerable<string>> EventsAsync(RunView run, CancellationToken cancellation) => run.Request.BusinessKey is not { } key ? []
        : await events.WaitsAsync(key, cancellation).Where(wait => wait.RunId == run.Request.RunId).Select(wait => $"this run waits for the event '{wait.Name}' of key '{wait.Key}' since {Time(wait.Since.UtcDateTime)}").ToListAsync(cancellation);

    private static DateTimeOffset? TimeOf(InstanceDocument instance) => instance is { State: TaskState.UpForRetry, DueAt: { } due } ? new DateTimeOffset(DateTime.SpecifyKind(due, DateTimeKind.Utc)) : null;

    private static string NameOf(InstanceDocument instance) => instance.Keys.IsEmpty ? instance.Task : $"{instance.Task}[{string.Join('/', instance.Keys)}]";

    private static string Line(UpstreamWait wait) => Say($"  {wait.Name} is {StateText.Of(wait.State)}", wait.Reason);

    private static string Line(LimitWait wait) => string.Create(CultureInfo.InvariantCulture,
        $"{wait.Ledger} is used up: {wait.Taken} of {wait.Slots} slots are taken, {wait.Ahead} wait before it; held by {string.Join(", ", wait.Holders.Take(5).Select(holder => holder.Place is null ? holder.RunId : $"{holder.RunId} {holder.Place}"))}");

    private static string Say(string what, string? reason) => reason is null ? what : $"{what}: {reason}";

    private static string Time(DateTime? at) => at is { } time ? time.ToString("yyyy-MM-dd HH:mm:ssZ", CultureInfo.InvariantCulture) : "?";
}
