using System.Collections.Immutable;
using System.Globalization;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Makes the runs that actors of DAGs decide on, and pauses DAGs whose runs fail. Every call may be repeated.</summary>
public sealed class ScheduledRuns(DagCatalogue catalogue, RunClient runs, LedgerClient ledgers, AlertLog alerts, TimeProvider clock)
{
    /// <summary>While so many runs of a DAG wait for a slot, ticks that were missed wait too.</summary>
    public const int MostWaiting = 16;

    /// <summary>Makes a run, unless it is there, or may not be made.</summary>
    public async Task<TriggeredPending> TriggerAsync(TriggerPending trigger, CancellationToken cancellation = default)
    {
        var run = trigger.Run;
        if (await runs.Reader.RequestAsync(run.RunId, cancellation) is not null)
        {
            await runs.EnsureStartedAsync(run.RunId, cancellation);
            return new(TriggerOutcome.Made);
        }
        if ((await catalogue.GetAsync(trigger.Dag, cancellation))?.Sequence != run.Sequence) return new(TriggerOutcome.Stale);
        var version = await catalogue.PinAsync(trigger.Dag, null, cancellation);
        var ledger = await ledgers.GetAsync(PoolNames.RunsOf(trigger.Dag), cancellation);
        if (run.Missed && ledger.Waiting.Sum(queue => queue.Waiters.Length) >= MostWaiting) return new(TriggerOutcome.Held);
        if (run.Overlap is Overlap.Queue) return await TriggerAsync(version, run, cancellation);

        var under = await UnderWayAsync(trigger.Active, ledger, cancellation);
        var ended = trigger.Active.RemoveRange(under);
        if (run.Overlap is Overlap.Skip && under is [var first, ..]) return new(TriggerOutcome.Skipped, $"run '{first}' is under way") { Ended = ended };
        foreach (var other in under) await runs.CancelAsync(other, new CancelCommand(By: $"the schedule, for {run.RunId}"), cancellation);
        return await TriggerAsync(version, run, cancellation) with { Ended = ended };
    }

    /// <summary>Pauses a DAG whose runs have failed, unless its entry has changed since that was decided. The alert comes first, so that there is no such pause without one.</summary>
    public async Task PauseAsync(PauseDag pause, CancellationToken cancellation = default)
    {
        if ((await catalogue.GetAsync(pause.Dag, cancellation))?.Sequence != pause.Sequence) return;
        var reason = string.Create(CultureInfo.InvariantCulture, $"{pause.Failures} runs in a row have failed, the last of them '{pause.RunId}'");
        await alerts.RaiseAsync(new Alert
        {
            Id = Alert.IdOf(AlertKinds.AutoPaused, pause.Dag, pause.Sequence.ToString(CultureInfo.InvariantCulture)),
            Kind = AlertKinds.AutoPaused,
            Dag = pause.Dag,
            RunId = pause.RunId,
            Message = $"'{pause.Dag}' has paused itself: {reason}; unpause it once the cause is gone",
            At = clock.GetUtcNow(),
        }, cancellation);
        await catalogue.PauseAsync(pause.Dag, Caller.System, reason, pause.Sequence, cancellation);
    }

    private async Task<TriggeredPending> TriggerAsync(TriggerRun version, PendingRun run, CancellationToken cancellation)
    {
        try
        {
            await runs.TriggerAsync(version with
            {
                RunId = run.RunId,
                Trigger = run.Trigger,
                LogicalDate = run.LogicalDate,
                DataInterval = run.Interval,
                Previous = run.Previous,
                DatasetEvents = run.DatasetEvents,
                Partition = run.Partition,
                TellsDag = true,
            }, cancellation);
            return new(TriggerOutcome.Made);
        }
        catch (UpdraftException refusal) when (IsRefusal(refusal))
        {
            return new(TriggerOutcome.Refused, $"{refusal.Code}: {refusal.Message}");
        }
    }

    /// <summary>Whether a repetition would be refused too. Others, as when the store is away, pass.</summary>
    internal static bool IsRefusal(UpdraftException failure) => failure.Code.StartsWith("UPD1", StringComparison.Ordinal) || failure.Code.StartsWith("UPD20", StringComparison.Ordinal);

    /// <summary>Runs of the DAG under way: those that hold or await a run slot, and those of its own that have not ended.</summary>
    private async Task<ImmutableArray<string>> UnderWayAsync(ImmutableArray<string> known, PoolLedger ledger, CancellationToken cancellation)
    {
        var holders = ledger.Leases.Select(lease => lease.Holder).Concat(ledger.Waiting.SelectMany(queue => queue.Waiters).Select(waiter => waiter.Holder));
        var under = ImmutableArray.CreateBuilder<string>();
        foreach (var runId in known.Concat(holders.Where(holder => holder.Place is null).Select(holder => holder.RunId)).Distinct())
            if (await runs.Reader.GetAsync(runId, cancellation) is { } view && view.Body.Status is RunStatus.Queued or RunStatus.Running or RunStatus.Paused) under.Add(runId);
        return under.ToImmutable();
    }
}
