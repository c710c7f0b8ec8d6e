namespace Updraft.Embedded;

/// <summary>What waits to be written, taken from the lanes in turn. Within a lane, in order.</summary>
internal sealed class WriteQueue
{
    // Few enough that a small lane never waits long behind a large one, many enough that the disk's wait is shared widely.
    private const int MaxBatch = 512;

    private readonly Dictionary<string, Queue<WriteOp>> _lanes = new(StringComparer.Ordinal);
    private readonly List<Queue<WriteOp>> _order = [];
    private int _next;

    public int Count { get; private set; }

    public void Add(WriteOp op)
    {
        if (!_lanes.TryGetValue(op.Lane, out var lane))
        {
            _lanes.Add(op.Lane, lane = new());
            _order.Add(lane);
        }
        lane.Enqueue(op);
        Count++;
    }

    public void Take(List<WriteOp> batch)
    {
        for (var room = MaxBatch; room > 0 && Count > 0; _next++)
        {
            if (!_order[_next % _order.Count].TryDequeue(out var op)) continue;
            batch.Add(op);
            Count--;
            room--;
        }
    }
}
