using System.Text.RegularExpressions;

namespace Updraft.Infra.Tests.Docs;

/// <summary><c>docs/azure.md</c> as its tables and blocks.</summary>
internal static partial class AzurePage
{
    public static string Text { get; } = Repository.Read("docs/azure.md");

    /// <summary>Rows of all tables, as their cells.</summary>
    public static IReadOnlyList<string[]> Rows { get; } = [.. Text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Trim('|', ' ').Split(" |").Select(cell => cell.Trim()).ToArray())];

    /// <summary>Rows of the table with this head.</summary>
    public static IReadOnlyList<string[]> Table(string head)
    {
        var lines = Text.Split('\n').ToList();
        var at = lines.IndexOf(head);
        Assert.True(at >= 0, $"there is no table '{head}'");
        return [.. lines.Skip(at + 2).TakeWhile(line => line.StartsWith('|')).Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];
    }

    /// <summary>Queries, as they are written between fences.</summary>
    public static IReadOnlyList<string> Queries { get; } = [.. Kusto().Matches(Text).Select(match => match.Groups[1].Value)];

    /// <summary>What a cell has between ticks.</summary>
    public static IEnumerable<string> Ticked(string cell) => Tick().Matches(cell).Select(match => match.Groups[1].Value);

    [GeneratedRegex("```kusto\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Kusto();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Tick();
}
