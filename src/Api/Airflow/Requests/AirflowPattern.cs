namespace Updraft.Api;

/// <summary>A pattern as SQL's LIKE has it, found anywhere in a text and without regard to case: <c>%</c> stands for any text, <c>_</c> for one character.</summary>
internal static class AirflowPattern
{
    /// <summary>Whether a pattern is found; null is found everywhere.</summary>
    public static bool IsIn(string? text, string? pattern)
    {
        if (pattern is null or "~") return true;
        if (text is null) return false;
        // From left to right, going back only to the last '%': never more than the product of both lengths.
        var (like, at, place, lastAny, resume) = ($"%{pattern}%", 0, 0, -1, 0);
        while (place < text.Length)
        {
            if (at < like.Length && like[at] == '%') (lastAny, resume) = (at++, place);
            else if (at < like.Length && (like[at] == '_' || char.ToUpperInvariant(like[at]) == char.ToUpperInvariant(text[place]))) (at, place) = (at + 1, place + 1);
            else if (lastAny >= 0) (at, place) = (lastAny + 1, ++resume);
            else return false;
        }
        return like.AsSpan(at).Trim('%').IsEmpty;
    }
}
