using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

// Shared limits: an instance takes its pools before its attempt and gives them back after it.
internal sealed partial class RunState
{
    private readonly Dictionary<(string Ledgers, int Priority), PoolQueue> _poolQueues = [];

    private static bool NeedsLimitKey(TaskInstance instance) => instance.Task.Spec.Limit is not null && instance.LimitKey is null;

    private ImmutableArray<PoolAsk> PoolAsks(TaskInstance instance)
    {
        var spec = instance.Task.Spec;
        if (spec.Pools.IsEmpty && spec.Limit is null) return [];
        var named = spec.Pools.Select(use => new PoolAsk(PoolNames.Named(use.Pool), use.Slots));
        return spec.Limit is { } limit
            ? [.. named, new PoolAsk(PoolNames.KeyOf(_scope.Dag ?? _plan.Spec.Name, spec.Id, instance.LimitKey!), 1, limit.Max)]
            : [.. named];
    }

    private void LimitKeyRead(TaskInstance instance, LimitKey key)
    {
        if (instance.State is not TaskState.Scheduled) return;
        if (key.Failure is { } failure)
        {
            GiveBackPlaces(instance);
            Finish(instance, TaskState.Failed, failure, RunErrors.LimitKey);
            return;
        }
        instance.LimitKey = key.Key;
        Admit(instance);
    }

    /// <summary>Asks for the pools of an instance, unless enough of its kind wait already: it then asks once one of them got its slots.</summary>
    private void AskForPools(TaskInstance instance, ImmutableArray<PoolAsk> asks)
    {
        var queue = QueueOf(instance, asks);
        if (instance.PoolQueue is null && !queue.HasRoom)
        {
            queue.Backlog.Enqueue(instance);
            PauseTaskTime(instance);
            GiveBackPlaces(instance);
            Wait(instance, $"{string.Join(" or ", asks.Select(ask => ask.Ledger))} is full");
            return;
        }
        JoinQueue(instance, queue);
        _effects.Call(instance.PoolCall = NewKey('p', instance), ActivityNames.AcquirePools, new AcquirePools
        {
            LeaseId = AttemptId(instance, instance.Try + 1),
            Owner = _scope.Self,
            Holder = new LeaseHolder(_scope.RunId, instance.ToString(), instance.Try + 1),
            Asks = asks,
            Priority = PriorityOf(instance),
            Change = _priorities.Changes,
        });
    }

    private void PoolsAnswered(TaskInstance instance, string call, AcquiredPools answer)
    {
        if (instance.PoolCall != call) return; // It has left the queues since, and said so.
        instance.PoolCall = null;
        instance.PoolQueue?.Answered(answer.Granted);
        var turnCame = instance.TurnCame;
        instance.TurnCame = false;
        if (answer.Granted)
        {
            LeaveQueue(instance);
            instance.Pools = PoolHold.Held;
            Admit(instance);
            return;
        }
        if (turnCame)
        {
            TakeTurn(instance);
            return;
        }
        if (instance.Pools is not PoolHold.Waiting && instance.PoolQueue is { } queue) queue.Waiting++;
        instance.Pools = PoolHold.Waiting;
        PauseTaskTime(instance);
        GiveBackPlaces(instance);
        Wait(instance, $"{answer.WaitsAt} is full");
    }

    /// <summary>A turn came at the full pool: all are asked for again, which counts what is held already.</summary>
    private void PoolsGranted(PoolGrant grant)
    {
        if (_instances.FirstOrDefault(instance => (instance.Pools is PoolHold.Waiting || instance.PoolCall is not null) && AttemptId(instance, instance.Try + 1) == grant.LeaseId) is not { } instance)
        {
            _effects.Call($"q:{++_asked}", ActivityNames.ReleasePools, new ReleasePools(grant.LeaseId, [grant.Ledger]), urgent: true);
            return;
        }
        if (instance.PoolCall is not null) instance.TurnCame = true; // Before the answer that it has to wait.
        else TakeTurn(instance);
    }

    private void TakeTurn(TaskInstance instance)
    {
        if (instance.Pools is PoolHold.Waiting && instance.PoolQueue is { } queue) queue.Waiting--;
        instance.Pools = PoolHold.None;
        Admit(instance);
    }

    /// <summary>What holds no worker while it waits gives the slots back of those pools that do not count it.</summary>
    private void WaitOutsidePools(TaskInstance instance)
    {
        if (instance.Task.Spec.Pools.IsEmpty || instance.Task.Kind is OperatorKind.Run) return;
        var pools = instance.Task.Spec.Pools.Select(use => PoolNames.Named(use.Pool));
        _effects.Call($"q:{++_asked}", ActivityNames.ReleasePools, new ReleasePools(AttemptId(instance, instance.Try), [.. pools]) { Waits = instance.Task.Kind }, urgent: true);
    }

    private void GiveBackPools(TaskInstance instance)
    {
        if (instance.Pools is PoolHold.Held) ReleasePools(instance, instance.Try);
        instance.Pools = PoolHold.None;
    }

    private void LeavePoolQueue(TaskInstance instance)
    {
        if (instance.Pools is PoolHold.None && instance.PoolCall is null && instance.PoolQueue is null) return;
        ReleasePools(instance, instance.Try + 1);
        LeaveQueue(instance);
        (instance.Pools, instance.PoolCall, instance.TurnCame) = (PoolHold.None, null, false);
    }

    private void ReleasePools(TaskInstance instance, int attempt)
    {
        var lease = AttemptId(instance, attempt);
        _effects.Call($"q:{++_asked}", ActivityNames.ReleasePools, new ReleasePools(lease, [.. PoolAsks(instance).Select(ask => ask.Ledger)]), urgent: true);
    }

    private PoolQueue QueueOf(TaskInstance instance, ImmutableArray<PoolAsk> asks)
    {
        var key = (string.Join('\n', asks.Select(ask => ask.Ledger)), PriorityOf(instance));
        if (!_poolQueues.TryGetValue(key, out var queue)) _poolQueues.Add(key, queue = new PoolQueue());
        return queue;
    }

    private static void JoinQueue(TaskInstance instance, PoolQueue queue)
    {
        if (instance.PoolQueue == queue) return;
        var waits = instance.Pools is PoolHold.Waiting ? 1 : 0;
        if (instance.PoolQueue is { } left) (left.Members, left.Waiting) = (left.Members - 1, left.Waiting - waits);
        (queue.Members, queue.Waiting) = (queue.Members + 1, queue.Waiting + waits);
        instance.PoolQueue = queue;
    }

    /// <summary>One that got its slots, or no longer wants them, lets the next ask.</summary>
    private void LeaveQueue(TaskInstance instance)
    {
        if (instance.PoolQueue is not { } queue) return;
        if (instance.Pools is PoolHold.Waiting) queue.Waiting--;
        queue.Members--;
        instance.PoolQueue = null;
        while (queue.HasRoom && queue.Backlog.TryDequeue(out var next))
            if (next is { State: TaskState.Scheduled, IsShown: true, PoolQueue: null, Pools: PoolHold.None }) Admit(next);
    }

    /// <summary>Those that were told to wait in an earlier execution stand in the queues still.</summary>
    private void LoadPoolQueues()
    {
        foreach (var instance in _instances.Where(instance => instance is { IsShown: true, State: TaskState.Scheduled, Pools: PoolHold.Waiting }))
            JoinQueue(instance, QueueOf(instance, PoolAsks(instance)));
    }

    /// <summary>The time of a task does not run while it waits for a pool.</summary>
    private void PauseTaskTime(TaskInstance instance)
    {
        if (instance.TaskDeadline is not { } deadline) return;
        (instance.TaskTimeLeft, instance.TaskDeadline) = (deadline - _now, null);
        _effects.CancelTimer($"t:{instance.Number}");
    }
}
