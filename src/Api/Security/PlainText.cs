using System.Text;

namespace Updraft.Api;

/// <summary>Texts from outside that are shown to others.</summary>
internal static class PlainText
{
    /// <summary>Whether a text is one line without control characters, directions of writing that deceive, or halves of characters.</summary>
    public static bool IsLine(string text)
    {
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune)) return false;
            if (Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator) return false;
        }
        return true;
    }
}
