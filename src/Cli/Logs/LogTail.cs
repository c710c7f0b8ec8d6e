using System.Text;

namespace Updraft.Cli;

/// <summary>Reads a log that grows, whole lines at a time.</summary>
/// <param name="open">Opens what follows an offset; null when there is nothing.</param>
internal sealed class LogTail(Func<long, CancellationToken, Task<Stream?>> open)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _pending = new();
    private long _offset;

    /// <summary>Up to where it was read, in bytes.</summary>
    public long Offset => _offset;

    /// <summary>The lines that were written since the last call; empty when there are none.</summary>
    public async Task<string> NextAsync(CancellationToken cancellation)
    {
        var bytes = new byte[64 * 1024];
        var text = new char[bytes.Length + 1];
        // A server gives so much of a log at once.
        for (var before = -1L; before != _offset;)
        {
            before = _offset;
            await using var log = await open(_offset, cancellation);
            if (log is null) break;
            for (int length; (length = await log.ReadAsync(bytes, cancellation)) > 0; _offset += length) _pending.Append(text, 0, _decoder.GetChars(bytes, 0, length, text, 0));
        }
        var all = _pending.ToString();
        var end = all.LastIndexOf('\n') + 1;
        _pending.Clear().Append(all, end, all.Length - end);
        return all[..end];
    }

    /// <summary>What is left when nothing more will come: a last line without an end gets one.</summary>
    public string Rest() => _pending.Length == 0 ? "" : _pending.Append('\n').ToString();
}
