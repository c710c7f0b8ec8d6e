namespace Updraft.Operators;

/// <summary>What a worker writes: handed to the log of the task at work up to the mark that ends it. What comes between tasks is nobody's.</summary>
internal sealed class WorkerLog(Stream from)
{
    private readonly Lock _lock = new();
    private byte[] _held = [];
    private byte[] _mark = [];
    private ITaskLog? _log;
    private TaskCompletionSource _marked = new();

    /// <summary>The last line of the task at work.</summary>
    public LastLine LastLine { get; private set; } = new();

    /// <summary>Completes when nothing more will come.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public void Start() => Ended = CopyAsync();

    /// <summary>Hands all that comes to a log, until the mark.</summary>
    /// <returns>Completes at the mark.</returns>
    public Task Begin(ITaskLog log, byte[] mark)
    {
        lock (_lock)
        {
            (_log, _mark, _held, LastLine) = (log, mark, [], new LastLine());
            _marked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _marked.Task;
        }
    }

    /// <summary>Hands nothing more to the log.</summary>
    public void End()
    {
        lock (_lock) _log = null;
    }

    private async Task CopyAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var read) await TakeAsync(buffer[..read]);
        }
        catch (IOException)
        {
            // As at its end.
        }
        await TakeAsync([], last: true);
    }

    private async Task TakeAsync(byte[] bytes, bool last = false)
    {
        ITaskLog log;
        byte[] said;
        bool ended;
        lock (_lock)
        {
            if (_log is null) return;
            log = _log;
            byte[] all = [.. _held, .. bytes];
            var at = all.AsSpan().IndexOf(_mark);
            ended = at >= 0;
            var upTo = ended ? at : last ? all.Length : all.Length - HeldBack(all);
            (said, _held) = (all[..upTo], ended ? [] : all[upTo..]);
            if (ended) _log = null;
            LastLine.Add(said);
        }
        if (said.Length > 0) await log.WriteAsync(said);
        if (ended) _marked.SetResult();
    }

    /// <summary>How much at the end may be the beginning of the mark.</summary>
    private int HeldBack(byte[] all)
    {
        for (var length = Math.Min(all.Length, _mark.Length - 1); length > 0; length--)
            if (all.AsSpan(all.Length - length).SequenceEqual(_mark.AsSpan(0, length))) return length;
        return 0;
    }
}
