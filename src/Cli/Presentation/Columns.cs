using System.Text;

namespace Updraft.Cli;

/// <summary>Rows as lines whose columns stand below each other, two spaces apart.</summary>
internal static class Columns
{
    public static IReadOnlyList<string> Of(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (rows.Count == 0) return [];
        var widths = Enumerable.Range(0, rows.Max(row => row.Count)).Select(column => rows.Max(row => column < row.Count ? row[column].Length : 0)).ToArray();
        return [.. rows.Select(row =>
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Count; column++) line.Append(row[column].PadRight(widths[column] + 2));
            return line.ToString().TrimEnd();
        })];
    }
}
