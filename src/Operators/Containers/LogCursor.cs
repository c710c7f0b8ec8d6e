using System.Text.Json.Serialization;

namespace Updraft.Operators;

/// <summary>How far a log was copied: the time of the last line, and how many lines of that very time there were. Backends find a place by time only.</summary>
/// <param name="At">Time of the last line; null before the first.</param>
/// <param name="Seen">Lines of that time that were copied.</param>
internal sealed record LogCursor(DateTimeOffset? At, int Seen)
{
    public static readonly LogCursor Start = new(null, 0);

    /// <summary>From when to ask for lines; null for all. A little earlier: times are told finer than they are kept here, and rounded.</summary>
    [JsonIgnore]
    public DateTimeOffset? From => At > DateTimeOffset.MinValue ? At.Value.AddTicks(Seen == 0 ? 0 : -10) : null;

    /// <summary>The lines of a page that are new, and the cursor after them.</summary>
    public (IReadOnlyList<string> New, LogCursor Next) Take(LogPage page)
    {
        var fresh = new List<string>();
        var next = this;
        var passed = 0;
        foreach (var line in page.Lines)
        {
            if (line.At < At) continue;
            if (line.At == At && passed++ < Seen) continue;
            fresh.Add(line.Text);
            // Lines of two streams may come a little out of order: the cursor never goes back.
            next = line.At == next.At ? next with { Seen = next.Seen + 1 } : line.At > next.At || next.At is null ? new LogCursor(line.At, 1) : next;
        }
        return (fresh, next);
    }

    /// <summary>The cursor behind a second that holds more than one page, all of which was seen.</summary>
    public LogCursor Skip() => new(At is { } at ? new DateTimeOffset(at.Ticks - at.Ticks % TimeSpan.TicksPerSecond + TimeSpan.TicksPerSecond, at.Offset) : null, 0);
}
