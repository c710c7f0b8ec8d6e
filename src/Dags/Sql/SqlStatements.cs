using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>The statements of a script of SQL.</summary>
public static class SqlStatements
{
    /// <summary>Cuts a script at the semicolons that end statements; what holds no SQL is left out.</summary>
    public static ImmutableArray<SqlStatement> Split(string script)
    {
        var statements = ImmutableArray.CreateBuilder<SqlStatement>();
        var scanner = new SqlScanner(script);
        var body = new AtomicBody();
        int? first = null;
        while (scanner.Next(out var token))
        {
            if (token.Kind is SqlTokenKind.Blank or SqlTokenKind.Comment) continue;
            var ends = token.Kind == SqlTokenKind.Symbol && script[token.Start] == ';';
            if (ends && !body.IsOpen)
            {
                Add(token.Start);
                body = new AtomicBody();
                continue;
            }
            first ??= token.Start;
            if (token.Kind == SqlTokenKind.Word) body.Read(script.AsSpan(token.Start, token.Length));
        }
        Add(script.Length);
        return statements.ToImmutable();

        void Add(int end)
        {
            if (first is { } start) statements.Add(new SqlStatement(script[start..end].TrimEnd(), 1 + script.AsSpan(0, start).Count('\n')));
            first = null;
        }
    }

    /// <summary>Whether a script holds marks such as <c>current_ds_wait::table</c>, which the reader of a DAG takes away.</summary>
    public static bool DeclaresWaits(string script)
    {
        try
        {
            return !DsWaitMarkers.Read(script).Markers.IsEmpty;
        }
        catch (FormatException)
        {
            return true;
        }
    }

    /// <summary>The body of a function in SQL, <c>begin atomic … end</c>, which has semicolons of its own.</summary>
    private struct AtomicBody
    {
        private bool _begun;
        private int _depth;

        public readonly bool IsOpen => _depth > 0;

        public void Read(ReadOnlySpan<char> word)
        {
            if (_begun && Is(word, "atomic")) _depth++;
            else if (IsOpen && Is(word, "case")) _depth++;
            else if (IsOpen && Is(word, "end")) _depth--;
            _begun = Is(word, "begin");
        }

        private static bool Is(ReadOnlySpan<char> word, string keyword) => word.Equals(keyword, StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>A statement of a script.</summary>
/// <param name="Text">The statement, without the semicolon.</param>
/// <param name="Line">The line of the script on which it begins, from 1.</param>
public sealed record SqlStatement(string Text, int Line);
