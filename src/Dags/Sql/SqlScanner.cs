namespace Updraft.Dags;

/// <summary>
/// Cuts SQL into tokens, as PostgreSQL does, so that what stands in strings and comments is not taken for SQL. It never fails: what is not closed
/// reaches to the end.
/// </summary>
internal sealed class SqlScanner(string text, int position = 0)
{
    /// <summary>Where the next token begins.</summary>
    public int Position { get; set; } = position;

    /// <summary>The next token; false at the end.</summary>
    public bool Next(out SqlToken token)
    {
        var start = Position;
        token = default;
        if (start >= text.Length) return false;
        var kind = Take();
        token = new SqlToken(kind, start, Position - start);
        return true;
    }

    private SqlTokenKind Take()
    {
        var c = text[Position];
        if (char.IsWhiteSpace(c)) return Skip(SqlTokenKind.Blank, char.IsWhiteSpace);
        if (At("--")) return To(text.IndexOf('\n', Position), 1, SqlTokenKind.Comment);
        if (At("/*")) return Comment();
        if (c == '\'') return Quoted('\'', SqlTokenKind.Text, escapes: false);
        if (c is '"' or '`') return Quoted(c, SqlTokenKind.Name, escapes: false);
        if (c == '$' && DollarTag() is { } tag) return To(text.IndexOf(tag, Position + tag.Length, StringComparison.Ordinal), tag.Length, SqlTokenKind.Text);
        if (c is 'e' or 'E' && Position + 1 < text.Length && text[Position + 1] == '\'')
        {
            Position++;
            return Quoted('\'', SqlTokenKind.Text, escapes: true);
        }
        if (IsWord(c)) return Skip(SqlTokenKind.Word, c => IsWord(c) || c == '$');
        Position++;
        return SqlTokenKind.Symbol;
    }

    private bool At(string mark) => string.CompareOrdinal(text, Position, mark, 0, mark.Length) == 0;

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private SqlTokenKind Skip(SqlTokenKind kind, Func<char, bool> belongs)
    {
        while (Position < text.Length && belongs(text[Position])) Position++;
        return kind;
    }

    private SqlTokenKind To(int end, int length, SqlTokenKind kind)
    {
        Position = end < 0 ? text.Length : end + length;
        return kind;
    }

    // Comments stand in each other.
    private SqlTokenKind Comment()
    {
        var depth = 0;
        while (Position < text.Length)
        {
            if (At("/*")) depth++;
            else if (At("*/")) depth--;
            else
            {
                Position++;
                continue;
            }
            Position += 2;
            if (depth == 0) break;
        }
        return SqlTokenKind.Comment;
    }

    // A quote that stands twice is one in the text, so it ends and begins again: the same to whoever looks for the end.
    private SqlTokenKind Quoted(char quote, SqlTokenKind kind, bool escapes)
    {
        for (Position++; Position < text.Length; Position++)
        {
            if (escapes && text[Position] == '\\') Position++;
            else if (text[Position] == quote)
            {
                Position++;
                if (Position >= text.Length || text[Position] != quote) return kind;
            }
        }
        Position = text.Length;
        return kind;
    }

    /// <summary>The opening of a text such as <c>$body$</c>; null where a dollar is something else, as in <c>$1</c>.</summary>
    private string? DollarTag()
    {
        var end = Position + 1;
        while (end < text.Length && IsWord(text[end])) end++;
        return end < text.Length && text[end] == '$' && (end == Position + 1 || !char.IsAsciiDigit(text[Position + 1])) ? text[Position..(end + 1)] : null;
    }
}

/// <summary>A stretch of SQL.</summary>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;
}

/// <summary>What a stretch of SQL is.</summary>
internal enum SqlTokenKind
{
    /// <summary>White space.</summary>
    Blank,

    /// <summary>A comment.</summary>
    Comment,

    /// <summary>A string literal, quotes included.</summary>
    Text,

    /// <summary>A name in quotes.</summary>
    Name,

    /// <summary>A keyword, a name or a number.</summary>
    Word,

    /// <summary>Any other character.</summary>
    Symbol,
}
