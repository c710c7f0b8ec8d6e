using System.Text;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Reads a log that grows, whole lines at a time.</summary>
internal sealed class LogTail(IBlobStore blobs, string path)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _pending = new();
    private long _offset;

    /// <summary>The lines that were written since the last call; empty when there are none.</summary>
    public async Task<string> NextAsync(CancellationToken cancellation)
    {
        if ((await blobs.GetLengthAsync(path, cancellation) ?? 0) <= _offset) return "";
        await using var log = await blobs.OpenReadAsync(path, _offset, cancellation);
        if (log is null) return "";
        var bytes = new byte[64 * 1024];
        var text = new char[bytes.Length + 1];
        for (int length; (length = await log.ReadAsync(bytes, cancellation)) > 0; _offset += length) _pending.Append(text, 0, _decoder.GetChars(bytes, 0, length, text, 0));
        var all = _pending.ToString();
        var end = all.LastIndexOf('\n') + 1;
        _pending.Clear().Append(all, end, all.Length - end);
        return all[..end];
    }

    /// <summary>What is left when nothing more will come: a last line without an end gets one.</summary>
    public string Rest() => _pending.Length == 0 ? "" : _pending.Append('\n').ToString();
}
