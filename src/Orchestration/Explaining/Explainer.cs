using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Says why a run, or one of its task instances, is not running now. Thread-safe.</summary>
public sealed class Explainer(IStateStore store, SpecStore specs, LedgerClient ledgers)
{
    private readonly RunReader _reader = new(store);
    private readonly OpenConditions _conditions = new(store);
    private readonly StoredVersions _versions = new(specs);

    /// <summary>Explains a run; null when there is no such run.</summary>
    public Task<Explanation?> ExplainAsync(string runId, CancellationToken cancellation = default) => ExplainAsync(runId, null, [], cancellation);

    /// <summary>Explains a task instance; null when there is no such run or task.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="task">Full id of the task; null for the run itself.</param>
    /// <param name="keys">Map keys, outermost first; empty for a plain task, and for whichever instance of a mapped one has not ended.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Explanation?> ExplainAsync(string runId, string? task, ImmutableArray<string> keys, CancellationToken cancellation = default)
    {
        if (await _reader.GetAsync(runId, cancellation) is not { } run) return null;
        var head = (await store.GetAsync<ActorHead>(ActorPaths.Head(RunPaths.Of(runId)), cancellation))?.Value;
        var facts = new ExplainFacts { Run = run, SetAside = head?.SetAside };
        if (run.Body.Status is RunStatus.Queued && await LimitAsync(PoolNames.RunsOf(run.Request.Dag), RunSlot.LeaseOf(runId, run.Body.Opened), $"run slots of '{run.Request.Dag}'", cancellation) is { Place: not null } slots)
            facts = facts with { RunSlots = slots };
        if (task is null) return ExplainRules.Decide(facts);
        if (await _versions.GetAsync(run.Request.DagHash, cancellation) is not { } version || version.Dag.Tasks.FirstOrDefault(each => each.Id == task) is not { } spec) return null;
        return ExplainRules.Decide(await FactsAsync(facts with { Task = spec }, version.Dag, keys, cancellation));
    }

    private async Task<ExplainFacts> FactsAsync(ExplainFacts facts, DagSpec dag, ImmutableArray<string> keys, CancellationToken cancellation)
    {
        var (run, task) = (facts.Run, facts.Task!);
        var plan = PlanCompiler.Compile(dag, name => run.Request.Operators.GetValueOrDefault(name));
        var planned = plan.TasksById[task.Id];
        var upstreams = plan.Tasks.Where(other => other.Out.Any(edge => edge.To.Task == planned && edge.Role is not EdgeRole.Gate)).Select(other => other.Id).ToHashSet(StringComparer.Ordinal);

        var (own, others) = (new List<InstanceDocument>(), new List<InstanceDocument>());
        await foreach (var instance in _reader.InstancesAsync(run, cancellation))
        {
            if (instance.Task == task.Id) own.Add(instance);
            else if (upstreams.Contains(instance.Task)) others.Add(instance);
        }
        var wanted = own.Where(instance => keys.IsEmpty || instance.Keys.SequenceEqual(keys) || instance.Place.Contains(RegionInstance.StandInSlot)).ToArray();
        var found = wanted.FirstOrDefault(instance => !instance.State.IsFinal()) ?? wanted.FirstOrDefault();
        var around = run.Body.Maps.Where(map => plan.Regions.Any(region => region.Id == map.Region && region.Map is not null && region.Holds(planned.Region))).ToArray();
        var isOpen = planned.Region.Map is not null && (found is null || found.Place.Contains(RegionInstance.StandInSlot)) && found?.State.IsFinal() is not true;
        facts = facts with
        {
            Instance = found,
            Upstreams = [.. upstreams.Order(StringComparer.Ordinal).Select(id => Upstream(plan.TasksById[id], found, others))],
            OpenMap = !isOpen ? null : around.FirstOrDefault(map => map.State is nameof(ExpansionState.Open) or nameof(ExpansionState.Expanding))
                ?? (own.Count > 0 || around.Length == 0 ? new ExpansionDocument { Name = "", Region = planned.Region.Id, State = nameof(ExpansionState.Open) } : null),
            HasUnstartedParts = around.SelectMany(map => map.Parts).Any(part => part is { Shown: true, Started: false }),
            Waiting = [.. run.Body.Groups.Where(group => group.Phase is nameof(GroupPhase.Waiting) or nameof(GroupPhase.Stopping) && planned.RetryGroups.Any(around => group.Name.Split('/')[0] == around.Index.ToString(CultureInfo.InvariantCulture)))],
        };
        if (found is null) return facts;
        return found.State switch
        {
            TaskState.Scheduled when found.Pools == nameof(PoolHold.Waiting) => facts with { Limits = await LimitsAsync(run.Request.RunId, dag.Name, task, found, cancellation) },
            TaskState.Waiting or TaskState.Stopping => facts with
            {
                Job = await JobAsync(planned, found, run.Request.RunId, cancellation),
                Wait = planned.Kind is OperatorKind.Sensor ? await _conditions.OfAttemptAsync(RunPaths.Of(run.Request.RunId).Path, AttemptOf(run.Request.RunId, found, found.Try), cancellation) : null,
            },
            _ => facts,
        };
    }

    /// <summary>How an upstream stands for an instance: where both stand in the same map, only the same index counts.</summary>
    private static UpstreamFact Upstream(PlanTask upstream, InstanceDocument? reader, List<InstanceDocument> all)
    {
        var seen = all.Where(instance => instance.Task == upstream.Id && (reader is null || !SharesRegion(upstream, reader) || instance.Place.Zip(reader.Place).All(pair => pair.First == pair.Second))).ToArray();
        var states = seen.Select(instance => instance.State).Distinct().ToArray();
        return new(upstream.Id, seen.Length == 0 ? 1 : seen.Count(instance => !instance.State.IsFinal()), states is [var one] ? JsonNamingPolicy.SnakeCaseLower.ConvertName(one.ToString()) : null);
    }

    private static bool SharesRegion(PlanTask upstream, InstanceDocument reader) => upstream.Region.Depth > 0 && reader.Place.Length >= upstream.Region.Depth && upstream.Region.AllTasks.Any(task => task.Id == reader.Task);

    private async Task<ImmutableArray<LedgerFact>> LimitsAsync(string runId, string dag, TaskSpec task, InstanceDocument instance, CancellationToken cancellation)
    {
        var lease = AttemptOf(runId, instance, instance.Try + 1);
        var limits = ImmutableArray.CreateBuilder<LedgerFact>();
        foreach (var pool in task.Pools)
            if (await LimitAsync(PoolNames.Named(pool.Pool), lease, $"pool '{pool.Pool}'", cancellation) is { Place: not null } full) limits.Add(full);
        if (instance.LimitKey is { } key && await LimitAsync(PoolNames.KeyOf(dag, task.Id, key), lease, $"the limit of '{task.Id}' for key '{key}'", cancellation) is { Place: not null } limit) limits.Add(limit);
        return limits.ToImmutable();
    }

    private async Task<LedgerFact> LimitAsync(string ledger, string lease, string name, CancellationToken cancellation)
    {
        var found = await ledgers.GetAsync(ledger, cancellation);
        var queue = found.Waiting.OrderByDescending(each => each.Priority).SelectMany(each => each.Waiters.Select(waiter => (each.Priority, Waiter: waiter)))
            .OrderByDescending(each => each.Priority).ThenBy(each => each.Waiter.Order).Select(each => each.Waiter.LeaseId).ToList();
        var place = queue.IndexOf(lease);
        return new(name, found.Limit, [.. found.Leases.Select(held => held.Holder)], place < 0 ? null : place + 1, queue.Count);
    }

    private async Task<JobFact?> JobAsync(PlanTask task, InstanceDocument instance, string runId, CancellationToken cancellation)
    {
        if (task.Kind is OperatorKind.Run) return null;
        var id = new ActorId(ActorKindNames.Job, $"{RunPaths.Of(runId).Path}jobs/{DocumentPath.Of(AttemptOf(runId, instance, instance.Try))}");
        if ((await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation))?.Value is not { } head) return null;
        return new(task.Spec.Operator, task.Kind is OperatorKind.Sensor, JobState.Read(head.Body), head.SetAside)
        {
            Question = task.Kind is not OperatorKind.Sensor ? null : (await store.GetAsync<ApprovalQuestion>(ApprovalPaths.Question(ApprovalPaths.Of(runId, instance.Task, instance.Keys, instance.Try)), cancellation))?.Value,
        };
    }

    private static string AttemptOf(string runId, InstanceDocument instance, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{runId}/{instance.Task}{string.Concat(instance.Place.Select(slot => $"/{slot}"))}/{attempt}");
}
