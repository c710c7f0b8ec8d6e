namespace Updraft.Orchestration;

/// <summary>
/// The instances of one actor that want the same pools with the same priority. Only some of them ask or stand in the ledger's queue, so that
/// a ledger stays small; the rest wait here, in order, until one of those got its slots.
/// </summary>
internal sealed class PoolQueue
{
    /// <summary>How many stand at the ledger while it is full.</summary>
    public const int MostWaiting = 32;

    private const int MostAhead = 96;

    private int _ahead;

    /// <summary>Those that ask or wait at the ledger.</summary>
    public int Members { get; set; }

    /// <summary>Of these, those that were told to wait.</summary>
    public int Waiting { get; set; }

    /// <summary>Those that have not asked yet.</summary>
    public Queue<TaskInstance> Backlog { get; } = new();

    /// <summary>Whether another may ask: while all is granted more and more ask at once, so that a wide pool is filled in few steps.</summary>
    public bool HasRoom => Members < MostWaiting + _ahead;

    /// <summary>One that asked was answered.</summary>
    public void Answered(bool granted) => _ahead = granted && Waiting == 0 ? Math.Min(_ahead + 2, MostAhead) : 0;
}
