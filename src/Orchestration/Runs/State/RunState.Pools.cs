using System.Collections.Immutable;

namespace Updraft.Orchestration;

// Shared limits: an instance takes its pools before its attempt and gives them back after it.
internal sealed partial class RunState
{
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

    private void AskForPools(TaskInstance instance, ImmutableArray<PoolAsk> asks) => _effects.Call(instance.PoolCall = NewKey('p', instance), ActivityNames.AcquirePools, new AcquirePools
    {
        LeaseId = AttemptId(instance, instance.Try + 1),
        Owner = _scope.Self,
        Holder = new LeaseHolder(_scope.RunId, instance.ToString(), instance.Try + 1),
        Asks = asks,
        Priority = instance.Task.Spec.Priority,
    });

    private void PoolsAnswered(TaskInstance instance, string call, AcquiredPools answer)
    {
        if (instance.PoolCall != call) return; // It has left the queues since, and said so.
        instance.PoolCall = null;
        var turnCame = instance.TurnCame;
        instance.TurnCame = false;
        if (answer.Granted)
        {
            instance.Pools = PoolHold.Held;
            Admit(instance);
            return;
        }
        if (turnCame)
        {
            Admit(instance);
            return;
        }
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
        if (instance.PoolCall is not null)
        {
            instance.TurnCame = true; // Before the answer that it has to wait.
            return;
        }
        instance.Pools = PoolHold.None;
        Admit(instance);
    }

    private void GiveBackPools(TaskInstance instance)
    {
        if (instance.Pools is PoolHold.Held) ReleasePools(instance, instance.Try);
        instance.Pools = PoolHold.None;
    }

    private void LeavePoolQueue(TaskInstance instance)
    {
        if (instance.Pools is PoolHold.None && instance.PoolCall is null) return;
        ReleasePools(instance, instance.Try + 1);
        (instance.Pools, instance.PoolCall, instance.TurnCame) = (PoolHold.None, null, false);
    }

    private void ReleasePools(TaskInstance instance, int attempt)
    {
        var lease = AttemptId(instance, attempt);
        _effects.Call($"q:{++_asked}", ActivityNames.ReleasePools, new ReleasePools(lease, [.. PoolAsks(instance).Select(ask => ask.Ledger)]), urgent: true);
    }

    /// <summary>The time of a task does not run while it waits for a pool.</summary>
    private void PauseTaskTime(TaskInstance instance)
    {
        if (instance.TaskDeadline is not { } deadline) return;
        (instance.TaskTimeLeft, instance.TaskDeadline) = (deadline - _now, null);
        _effects.CancelTimer($"t:{instance.Number}");
    }
}
