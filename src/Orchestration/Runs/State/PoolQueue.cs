namespace Updraft.Orchestration;

/// <summary>
/// The instances of one actor that want the same pools with the same priority. Only some of them ask or stand in the ledger's queue, so that
/// a ledger stays small; the rest wait here, in order, until one of those got its slots.
/// </summary>
internal sealed class PoolQueue
{
    /// <summary>Most that wait at the ledger.</summary>
    public const int MostWaiting = 32;

    /// <summary>Most that ask at once while nothing is known to be full.</summary>
    private const int MostAsking = 128;

    /// <summary>Those that ask or wait at the ledger.</summary>
    public int Members { get; set; }

    /// <summary>Of these, those that were told to wait.</summary>
    public int Waiting { get; set; }

    /// <summary>Those that have not asked yet.</summary>
    public Queue<TaskInstance> Backlog { get; } = new();

    /// <summary>Whether another may ask.</summary>
    public bool HasRoom => Members < (Waiting > 0 ? MostWaiting : MostAsking);
}
