using System.Globalization;
using System.Text;

namespace Updraft.Cli;

/// <summary>Makes text that others wrote safe to show on a terminal.</summary>
internal static class Printable
{
    /// <summary>The text with everything that a terminal would act on, or that would change how it reads, written as an escape.</summary>
    public static string Of(string text)
    {
        if (!text.Any(IsUnsafe)) return text;
        var shown = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i)) shown.Append(text[i]).Append(text[++i]);
            else if (IsUnsafe(text[i])) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else shown.Append(text[i]);
        }
        return shown.ToString();
    }

    /// <summary>The same for a log, whose line breaks and tabs are meant.</summary>
    public static string OfLog(string text) =>
        string.Join('\n', text.Split('\n').Select(line => string.Join('\t', line.TrimEnd('\r').Split('\t').Select(Of))));

    private static bool IsUnsafe(char c) => char.IsControl(c) || char.IsSurrogate(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format;
}
