using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Codes of triggers that are refused, beside those of <see cref="RunErrors"/>.</summary>
public static class TriggerErrors
{
    /// <summary>A note, label or name that goes with a trigger is refused.</summary>
    public const string TextRefused = "UPD2051";

    /// <summary>As many runs of the DAG wait for a run slot as may wait.</summary>
    public const string QueueFull = "UPD2052";

    internal static UpdraftException QueueFullOf(string dag, int max, PoolLedger ledger) => new(QueueFull, string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{ledger.WaiterCount} runs of '{dag}' wait already, and max_queued_runs is {max}: {ledger.Taken} of {ledger.Limit} run slots are taken; try again later, or cancel some"));
}
