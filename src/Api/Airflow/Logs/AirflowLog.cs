using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The log of a try, read in whole lines.</summary>
/// <param name="blobs">Where it is.</param>
/// <param name="path">Its path.</param>
/// <param name="over">Whether nothing more will be written.</param>
internal sealed class AirflowLog(IBlobStore blobs, string path, bool over)
{
    /// <summary>Lines from an offset on.</summary>
    /// <param name="from">Bytes before.</param>
    /// <param name="most">Bytes to read at the most; a longer line comes in pieces.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<AirflowLogStretch> ReadAsync(long from, int most, CancellationToken cancellation)
    {
        var there = Math.Max(await blobs.GetLengthAsync(path, cancellation) ?? 0, from) - from;
        if (there == 0) return new AirflowLogStretch([], from, over);
        await using var log = await blobs.OpenReadAsync(path, from, cancellation);
        if (log is null) return new AirflowLogStretch([], from, over);
        // One byte more than is wanted, so that the end of a line is not left alone for the next stretch.
        var bytes = new byte[Math.Min(there, most + 1L)];
        var length = await log.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        var taken = Taken(bytes.AsSpan(0, length), isLast: over && length == there, most);
        var text = Encoding.UTF8.GetString(bytes, 0, taken);
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r'));
        return new AirflowLogStretch([.. text.EndsWith('\n') || text.Length == 0 ? lines.SkipLast(1) : lines], from + taken, over && taken == there);
    }

    /// <summary>How many bytes make whole lines; of a line that is too long, those that make whole characters.</summary>
    private static int Taken(ReadOnlySpan<byte> bytes, bool isLast, int most)
    {
        if (isLast) return bytes.Length;
        if (bytes.LastIndexOf((byte)'\n') is >= 0 and var end) return end + 1;
        if (bytes.Length <= most) return 0;
        var last = most - 1;
        while (last > 0 && most - last < 4 && (bytes[last] & 0xC0) == 0x80) last--;
        return last > 0 && Rune.DecodeFromUtf8(bytes[last..most], out _, out _) is OperationStatus.NeedMoreData ? last : most;
    }
}

/// <summary>Some lines.</summary>
/// <param name="Lines">The lines, without their ends.</param>
/// <param name="Next">Where the next begins.</param>
/// <param name="Ended">Whether there is none, and will be none.</param>
internal sealed record AirflowLogStretch(ImmutableArray<string> Lines, long Next, bool Ended);
