using System.Collections.Immutable;
using System.Text;

namespace Updraft.Dags;

/// <summary>
/// Finds <c>current_ds_wait::table</c> and <c>ds_wait::table@value</c> in SQL, and takes the marks away, so that the table's name is left. What
/// stands in strings and comments is no mark.
/// </summary>
internal static class DsWaitMarkers
{
    /// <summary>The partition of the run's own date.</summary>
    public const string Current = "{{ ds }}";

    private const string CurrentMark = "current_ds_wait";
    private const string Mark = "ds_wait";

    /// <exception cref="FormatException">A mark is incomplete; the message says what is missing.</exception>
    public static (string Sql, ImmutableArray<DsWaitMarker> Markers) Read(string sql)
    {
        if (!sql.Contains(Mark + "::", StringComparison.OrdinalIgnoreCase)) return (sql, []);
        var markers = ImmutableArray.CreateBuilder<DsWaitMarker>();
        var stripped = new StringBuilder(sql.Length);
        var scanner = new SqlScanner(sql);
        while (scanner.Next(out var token))
        {
            var word = sql.AsSpan(token.Start, token.Length);
            var current = word.Equals(CurrentMark, StringComparison.OrdinalIgnoreCase);
            if (token.Kind != SqlTokenKind.Word || !(current || word.Equals(Mark, StringComparison.OrdinalIgnoreCase)) || string.CompareOrdinal(sql, token.End, "::", 0, 2) != 0)
            {
                stripped.Append(word);
                continue;
            }
            scanner.Position = token.End + 2;
            var table = Table(sql, scanner);
            var line = 1 + sql.AsSpan(0, token.Start).Count('\n');
            if (table.Length == 0) throw new FormatException($"line {line} of the SQL: '{word}::' is followed by no table; write {word}::sales{(current ? "" : "@{{ ds }}")}");
            var value = Value(sql, scanner);
            if (current && value is not null) throw new FormatException($"line {line} of the SQL: '{word}::{table}' waits for the run's own date; write {Mark}::{table}@{value} for another partition");
            if (!current && value is not { Length: > 0 }) throw new FormatException($"line {line} of the SQL: '{word}::{table}' names no partition; write {Mark}::{table}@{Current}, or {CurrentMark}::{table}");
            markers.Add(new DsWaitMarker(table, value ?? Current));
            stripped.Append(table);
        }
        return (stripped.ToString(), markers.ToImmutable());
    }

    /// <summary>Names joined by dots, without blanks.</summary>
    private static string Table(string sql, SqlScanner scanner)
    {
        var start = scanner.Position;
        var end = start;
        while (scanner.Next(out var token) && token.Kind is SqlTokenKind.Word or SqlTokenKind.Name)
        {
            end = token.End;
            if (!scanner.Next(out var dot) || dot.Kind != SqlTokenKind.Symbol || sql[dot.Start] != '.') break;
        }
        scanner.Position = end;
        return sql[start..end];
    }

    /// <summary>What follows an <c>@</c>, up to a blank or to what ends a table in SQL; blanks within braces belong to it. Null where there is no <c>@</c>.</summary>
    private static string? Value(string sql, SqlScanner scanner)
    {
        if (scanner.Position >= sql.Length || sql[scanner.Position] != '@') return null;
        var start = ++scanner.Position;
        while (scanner.Position < sql.Length)
        {
            if (string.CompareOrdinal(sql, scanner.Position, "{{", 0, 2) == 0)
            {
                var close = sql.IndexOf("}}", scanner.Position, StringComparison.Ordinal);
                scanner.Position = close < 0 ? sql.Length : close + 2;
            }
            else if (char.IsWhiteSpace(sql[scanner.Position]) || sql[scanner.Position] is ',' or ')' or '(' or ';')
            {
                break;
            }
            else
            {
                scanner.Position++;
            }
        }
        return sql[start..scanner.Position];
    }
}

/// <summary>A partition that SQL wants to be there.</summary>
/// <param name="Table">The table as the author wrote it, as in <c>lake.sales</c>.</param>
/// <param name="Value">Its date, or columns with their values, as in <c>{{ ds }}</c> and <c>ds=2026-01-01/hour=03</c>; may hold templates.</param>
internal sealed record DsWaitMarker(string Table, string Value)
{
    /// <summary>The column that a date alone is of.</summary>
    public const string Column = "ds";

    /// <summary>Columns with their values.</summary>
    public string Partition => Value.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 && (Value.IndexOf("{{", StringComparison.Ordinal) is var template && (template < 0 || equals < template)) ? Value : $"{Column}={Value}";
}
