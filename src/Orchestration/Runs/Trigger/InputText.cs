using System.Buffers;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Texts from outside that are stored as they are: bounded, and such that JSON, logs and terminals can take them.</summary>
internal static class InputText
{
    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\n\r\t");

    /// <summary>The text, when it may be stored.</summary>
    /// <param name="code">The code of the refusal.</param>
    /// <param name="what">What the text is, as in <c>the note</c>.</param>
    /// <param name="text">The text; null for none.</param>
    /// <param name="max">Most characters.</param>
    /// <param name="lines">Whether line breaks and tabs may stand in it.</param>
    public static string? Checked(string code, string what, string? text, int max, bool lines = false)
    {
        if (text is null) return null;
        if (text.Length > max) throw new UpdraftException(code, $"{what} has {text.Length:N0} characters; {max:N0} are allowed");
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (!char.IsSurrogatePair(text, i)) throw new UpdraftException(code, $"{what} holds half of a surrogate pair at character {i + 1}, which is no text");
                i++;
            }
            else if (char.IsControl(text[i]) && !(lines && LineBreaks.Contains(text[i])))
            {
                throw new UpdraftException(code, $"{what} holds the control character U+{(int)text[i]:X4} at character {i + 1}");
            }
        }
        return text;
    }
}
