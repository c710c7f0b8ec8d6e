using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>One ledger's changes of this process: what waits for the write under way goes with the next, all together.</summary>
internal sealed class LedgerQueue(string name, IStateStore store, ActorClient actors, TimeProvider clock, Func<double> jitter)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly string _path = PoolPaths.Ledger(name);
    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private List<Change> _waiting = [];
    private bool _working;

    /// <summary>Changes the ledger, and returns it as it is after this change: the others of the same write may be part of it.</summary>
    /// <param name="limit">The limit that the asker knows; null to leave it as it is, or to take the pool's definition.</param>
    /// <param name="change">Pure; it may run several times.</param>
    /// <param name="cancellation">Gives up; the change may be made nevertheless.</param>
    public Task<PoolLedger> ApplyAsync(int? limit, Func<PoolLedger, PoolLedger> change, CancellationToken cancellation)
    {
        var waiting = new Change(limit, change);
        lock (_lock)
        {
            _waiting.Add(waiting);
            if (!_working)
            {
                _working = true;
                _ = WorkAsync();
            }
        }
        return waiting.Done.Task.WaitAsync(cancellation);
    }

    private async Task WorkAsync()
    {
        while (TakeWaiting() is { } changes)
        {
            try
            {
                var results = await WriteAsync(changes);
                for (var i = 0; i < changes.Count; i++) changes[i].Done.SetResult(results[i]);
            }
            catch (Exception exception)
            {
                foreach (var change in changes) change.Done.TrySetException(exception);
            }
        }
    }

    private List<Change>? TakeWaiting()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _working = false;
                return null;
            }
            (var taken, _waiting) = (_waiting, []);
            return taken;
        }
    }

    private async Task<PoolLedger[]> WriteAsync(List<Change> changes)
    {
        for (var lost = 0; ; lost++)
        {
            var stored = await store.GetAsync<PoolLedger>(_path);
            var ledger = (stored?.Value ?? PoolLedger.Empty).MarkTold(_told);
            ledger = await WithTermsAsync(ledger, changes);
            var results = new PoolLedger[changes.Count];
            for (var i = 0; i < changes.Count; i++) results[i] = ledger = changes[i].Make(ledger);

            if (await PutAsync(stored, ledger))
            {
                await TellAsync(ledger);
                return results;
            }
            var pause = FirstPause * Math.Pow(2, Math.Min(lost, 10)) * jitter();
            await Task.Delay(pause < LongestPause ? pause : LongestPause, clock);
        }
    }

    /// <summary>The limit and the like as they are now: of the pool's definition, or as those who ask know them.</summary>
    private async Task<PoolLedger> WithTermsAsync(PoolLedger ledger, List<Change> changes)
    {
        if (!PoolNames.IsNamed(name)) return changes.LastOrDefault(change => change.Limit is not null)?.Limit is { } asked ? ledger.WithLimit(asked) : ledger;
        var definition = (await store.GetAsync<PoolDefinition>(PoolPaths.Definition(name)))?.Value ?? new PoolDefinition(PoolDefinition.DefaultSlots);
        if (ledger.IncludeWaiting != definition.IncludeWaiting) ledger = ledger with { IncludeWaiting = definition.IncludeWaiting };
        return ledger.WithLimit(definition.Slots);
    }

    /// <summary>False when another process was first.</summary>
    private async Task<bool> PutAsync(Stored<PoolLedger>? stored, PoolLedger ledger)
    {
        if (ledger.IsIdle) return stored is null || await store.DeleteAsync(_path, stored.ETag);
        if (ledger == stored?.Value) return true;
        var condition = stored is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(stored.ETag);
        return await store.PutAsync(_path, ledger, condition, summary: LedgerSummary.Of(ledger).ToJson()) is not null;
    }

    /// <summary>
    /// Tells those who were granted slots. That they know is written with the next change; when it never is, they are told again, which is
    /// the same entry.
    /// </summary>
    private async Task TellAsync(PoolLedger ledger)
    {
        _told.RemoveWhere(id => !ledger.Leases.Any(lease => lease.Id == id && !lease.Told));
        foreach (var lease in ledger.Leases.Where(lease => !lease.Told && !_told.Contains(lease.Id)))
        {
            var body = JsonSerializer.SerializeToElement(new PoolGrant(lease.Id, name), OrchestrationJson.Options);
            await actors.TellAsync(new() { Id = lease.Owner, EntryId = EntryId(lease), Kind = PoolGrant.Kind, Body = body });
            _told.Add(lease.Id);
        }
    }

    private string EntryId(Lease lease) =>
        "grant-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{lease.Id}\n{lease.Order}")).AsSpan(0, 16));

    private sealed record Change(int? Limit, Func<PoolLedger, PoolLedger> Make)
    {
        public TaskCompletionSource<PoolLedger> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
