using System.Globalization;

namespace Updraft.Operators;

/// <summary>Lines of a container's log, in order.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="IsFull">Whether there may be more than what was read.</param>
internal sealed record LogPage(IReadOnlyList<LogLine> Lines, bool IsFull)
{
    public static readonly LogPage Empty = new([], IsFull: false);

    /// <summary>Reads lines that begin with their time, as all backends write them. What has none belongs to the line before.</summary>
    /// <param name="text">The text.</param>
    /// <param name="whole">Whether a last line without an end is one; else it is still being written.</param>
    /// <param name="isFull">Whether there may be more than what was read.</param>
    public static LogPage Of(string text, bool whole, bool isFull = false)
    {
        var lines = new List<LogLine>();
        var at = DateTimeOffset.MinValue;
        for (var from = 0; from < text.Length;)
        {
            var end = text.IndexOf('\n', from);
            if (end < 0 && (!whole || isFull)) break;
            var line = end < 0 ? text[from..] : text[from..end];
            from = end < 0 ? text.Length : end + 1;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var stamp = space < 0 ? line : line[..space];
            if (DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && stamp.Length >= 20)
            {
                at = time;
                line = space < 0 ? "" : line[(space + 1)..];
            }
            lines.Add(new LogLine(at, line.TrimEnd('\r')));
        }
        return new LogPage(lines, isFull);
    }
}

/// <summary>A line of a log.</summary>
internal readonly record struct LogLine(DateTimeOffset At, string Text);
