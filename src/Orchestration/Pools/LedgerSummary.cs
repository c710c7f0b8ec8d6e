using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>What a listing shows of a ledger.</summary>
/// <param name="Limit">How many slots there are.</param>
/// <param name="Taken">How many are taken.</param>
/// <param name="Holders">How many hold some.</param>
/// <param name="Waiters">How many wait.</param>
public sealed record LedgerSummary(int Limit, int Taken, int Holders, int Waiters)
{
    /// <summary>The summary of a ledger.</summary>
    public static LedgerSummary Of(PoolLedger ledger) => new(ledger.Limit, ledger.Taken, ledger.Leases.Length, ledger.WaiterCount);

    /// <summary>As a document's summary.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, OrchestrationJson.Options);
}
