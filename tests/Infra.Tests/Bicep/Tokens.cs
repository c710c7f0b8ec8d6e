namespace Updraft.Infra.Tests.Bicep;

internal enum TokenKind
{
    Word,
    Number,
    Text,
    Symbol,
    NewLine,
    End,
}

/// <param name="Kind">What it is.</param>
/// <param name="Value">As written; of a text what stands between its quotes, escapes and interpolations not yet read.</param>
/// <param name="Line">From 1.</param>
/// <param name="IsVerbatim">Whether a text has three quotes, in which nothing is escaped or interpolated.</param>
internal sealed record Token(TokenKind Kind, string Value, int Line, bool IsVerbatim = false);

/// <summary>Splits Bicep into its tokens.</summary>
internal static class Tokens
{
    private static readonly string[] Symbols = ["==", "!=", "=~", "!~", "<=", ">=", "&&", "||", "??", "?.", ".?", "::", "=>", .. "(){}[]=:,.?!<>+-*/%@|".Select(c => c.ToString())];

    public static IReadOnlyList<Token> Of(string source, int line = 1)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < source.Length;)
        {
            var c = source[at];
            if (c == '\n')
            {
                tokens.Add(new(TokenKind.NewLine, "\n", line++));
                at++;
            }
            else if (char.IsWhiteSpace(c)) at++;
            else if (Starts(source, at, "//")) at = End(source, at, "\n", 0);
            else if (Starts(source, at, "/*"))
            {
                var end = End(source, at, "*/", 2);
                line += source[at..end].Count(each => each == '\n');
                at = end;
            }
            else if (Starts(source, at, "'''"))
            {
                var end = source.IndexOf("'''", at + 3, StringComparison.Ordinal);
                if (end < 0) throw new FormatException($"line {line}: the text does not end");
                tokens.Add(new(TokenKind.Text, source[(at + 3)..end], line, IsVerbatim: true));
                line += source[at..end].Count(each => each == '\n');
                at = end + 3;
            }
            else if (c == '\'')
            {
                var end = TextEnd(source, at + 1, line);
                tokens.Add(new(TokenKind.Text, source[(at + 1)..end], line));
                at = end + 1;
            }
            else
            {
                var (kind, length) = Plain(source, at, line);
                tokens.Add(new(kind, source.Substring(at, length), line));
                at += length;
            }
        }
        tokens.Add(new(TokenKind.End, "", line));
        return tokens;
    }

    /// <summary>Where the brace that closes an interpolation stands, in which there may be texts and braces.</summary>
    public static int InterpolationEnd(string text, int at, int line)
    {
        for (var depth = 1; at < text.Length; at++)
        {
            if (text[at] == '\'') at = TextEnd(text, at + 1, line);
            else if (text[at] == '{') depth++;
            else if (text[at] == '}' && --depth == 0) return at;
        }
        throw new FormatException($"line {line}: an interpolation does not end");
    }

    private static int TextEnd(string source, int at, int line)
    {
        for (; at < source.Length && source[at] != '\n'; at++)
        {
            if (source[at] == '\\') at++;
            else if (Starts(source, at, "${")) at = InterpolationEnd(source, at + 2, line);
            else if (source[at] == '\'') return at;
        }
        throw new FormatException($"line {line}: the text does not end");
    }

    private static (TokenKind Kind, int Length) Plain(string source, int at, int line)
    {
        var length = source[at..].TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c == '_').Count();
        if (length > 0) return (char.IsAsciiDigit(source[at]) ? TokenKind.Number : TokenKind.Word, length);
        var symbol = Symbols.FirstOrDefault(symbol => Starts(source, at, symbol)) ?? throw new FormatException($"line {line}: '{source[at]}' is no part of Bicep");
        return (TokenKind.Symbol, symbol.Length);
    }

    private static bool Starts(string source, int at, string with) => string.CompareOrdinal(source, at, with, 0, with.Length) == 0;

    private static int End(string source, int at, string mark, int length) => source.IndexOf(mark, at, StringComparison.Ordinal) is >= 0 and var end ? end + length : source.Length;
}
