using System.Globalization;
using System.Text;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The log of a try as it grows: <c>log</c> with whole lines and the offset after them, and <c>end</c> once the try is over and all is sent.</summary>
internal sealed class LogStream(RunServices services, InstanceWalk walk, ApiOptions options)
{
    private const int Chunk = 64 * 1024;

    // Logs are written once a second. Where this process writes them it is told, and looks for the ends that it is not told of.
    private TimeSpan Look => TimeSpan.FromSeconds(options.HearsNotices ? 5 : 1);

    public async Task PlayAsync(RunView run, InstanceDocument instance, int number, long offset, EventWriter writer, CancellationToken over)
    {
        var path = AttemptPaths.Log(run.Request.RunId, instance.Task, instance.Place, number);
        while (true)
        {
            using var changed = services.Notices.Next(run.Request.RunId);
            using var grown = services.LogNotices.Next(path);
            // The state comes first: what was written before the end is there after it.
            var isOver = await IsOverAsync(run.Request.RunId, instance, number, over);
            for (var before = -1L; before != offset;)
            {
                before = offset;
                offset = await SendAsync(path, offset, isOver, writer, over);
            }
            if (isOver) break;
            await writer.WaitAsync(Task.WhenAny(changed.Task, grown.Task), Look);
        }
        await writer.SendAsync("end", new LogEnd(instance.Task, number, offset));
    }

    /// <summary>Sends what is there beyond an offset, and returns the offset after it.</summary>
    private async Task<long> SendAsync(string path, long offset, bool isAll, EventWriter writer, CancellationToken over)
    {
        if ((await services.Ports.Blobs.GetLengthAsync(path, over) ?? 0) <= offset) return offset;
        await using var log = await services.Ports.Blobs.OpenReadAsync(path, offset, over);
        if (log is null) return offset;
        var bytes = new byte[Chunk];
        var length = await log.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, over);
        // Up to the last whole line; a line that is longer than all of this, or the last of all, comes as it is.
        var lines = bytes.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        if (isAll && length < Chunk) lines = length;
        else if (lines == 0 && length == Chunk) lines = WholeCharacters(bytes);
        if (lines > 0) await writer.SendAsync("log", new LogLines(offset, Encoding.UTF8.GetString(bytes, 0, lines)), (offset + lines).ToString(CultureInfo.InvariantCulture));
        return offset + lines;
    }

    private static int WholeCharacters(byte[] bytes)
    {
        var end = bytes.Length;
        while (end > bytes.Length - 4 && (bytes[end - 1] & 0xC0) == 0x80) end--;
        return (bytes[end - 1] & 0x80) == 0 || end == bytes.Length - 4 ? bytes.Length : end - 1;
    }

    private async Task<bool> IsOverAsync(string runId, InstanceDocument instance, int number, CancellationToken over)
    {
        if (await services.Runs.Reader.GetAsync(runId, over) is not { } run || run.Final) return true;
        var now = await walk.WalkAsync(run, null, instance.Task, over).Where(each => each.Instance.Task == instance.Task && each.Instance.Place.AsSpan().SequenceEqual(instance.Place.AsSpan())).FirstOrDefaultAsync(over);
        return now?.Instance is not { } found || found.Try > number || (found.Try == number && (found.State.IsFinal() || found.State is TaskState.UpForRetry));
    }
}

/// <summary>Lines of a log.</summary>
/// <param name="Offset">The byte at which they begin.</param>
/// <param name="Text">The lines.</param>
public sealed record LogLines(long Offset, string Text);

/// <summary>That a try is over, and all of its log was sent.</summary>
/// <param name="Task">The task.</param>
/// <param name="Try">The try.</param>
/// <param name="Length">How long the log is, in bytes.</param>
public sealed record LogEnd(string Task, int Try, long Length);
