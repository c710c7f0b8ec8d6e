using System.Text.RegularExpressions;

namespace Updraft.Infra.Tests.Monitoring;

/// <summary>
/// A query in Kusto's language, read as far as a small checker can: brackets, operators behind pipes, and that each name is a column of the tables,
/// a function, or named by the query itself.
/// </summary>
internal sealed partial class Query
{
    private static readonly string[] Operators = ["where", "summarize", "extend", "project", "order", "top", "render", "join", "mv-expand"];

    // Of learn.microsoft.com, Azure Monitor Logs reference by table: those that are used here.
    private static readonly Dictionary<string, string[]> Tables = new(StringComparer.Ordinal)
    {
        ["AppMetrics"] = ["TimeGenerated", "Name", "Sum", "Min", "Max", "ItemCount", "Properties", "AppRoleName", "AppRoleInstance"],
        ["AppDependencies"] = ["TimeGenerated", "Name", "DurationMs", "Success", "Properties", "AppRoleName"],
        ["AppTraces"] = ["TimeGenerated", "Message", "SeverityLevel", "Properties", "AppRoleName"],
        ["AzureMetrics"] = ["TimeGenerated", "ResourceProvider", "MetricName", "Maximum", "Minimum", "Total", "Average"],
    };

    private static readonly string[] Words =
    [
        "let", "print", "dynamic", "by", "and", "or", "in", "on", "kind", "leftouter", "asc", "desc", "to", "typeof", "string", "true", "false", "timechart",
        "ago", "count", "sum", "sumif", "countif", "max", "min", "percentile", "percentilesw", "round", "bin", "tostring", "toint", "iff", "coalesce", "isnotempty", "startofday", "take_any",
    ];

    private readonly string _bare;

    public Query(string text)
    {
        Text = text;
        // What stands in quotes is no name, nor is a property of what a program chose to send.
        _bare = PropertyName().Replace(Quoted().Replace(text, "''"), "$1");
    }

    public string Text { get; }

    /// <summary>Metrics that it asks for.</summary>
    public IReadOnlyList<string> Metrics => [.. MetricName().Matches(Text).Where(_ => Text.Contains("AppMetrics", StringComparison.Ordinal)).Select(match => match.Groups[1].Value).Distinct()];

    /// <summary>Tags of spans that it asks for.</summary>
    public IReadOnlyList<string> Tags => [.. TagName().Matches(Text).Select(match => match.Groups[1].Value).Distinct()];

    /// <summary>Labels of metrics that it asks for.</summary>
    public IReadOnlyList<string> Labels => [.. PropertyName().Matches(Text).Select(match => match.Value["Properties.".Length..]).Distinct()];

    /// <summary>Columns that it names.</summary>
    public IReadOnlyList<string> Named => [.. Assigned().Matches(_bare).Select(match => match.Groups[1].Value).Distinct()];

    /// <summary>All that is wrong with it.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Unbalanced() is { } bracket) yield return $"'{bracket}' has no counterpart";
        foreach (var step in Steps().Matches(_bare).Select(match => match.Groups[1].Value).Where(step => !Operators.Contains(step))) yield return $"'{step}' is no operator";
        var tables = Tables.Keys.Where(table => Name().Matches(_bare).Any(match => match.Value == table)).ToList();
        if (tables.Count == 0) yield return "it reads no table";
        var known = tables.SelectMany(table => Tables[table]).Concat(tables).Concat(Words).Concat(Operators.SelectMany(each => each.Split('-'))).Concat(Named).ToHashSet(StringComparer.Ordinal);
        foreach (var name in Name().Matches(_bare).Select(match => match.Value).Where(name => !known.Contains(name)).Distinct()) yield return $"'{name}' is nothing known";
    }

    private char? Unbalanced()
    {
        var open = new Stack<char>();
        foreach (var c in _bare)
        {
            if (c is '(' or '[') open.Push(c);
            else if (c is ')' or ']' && (!open.TryPop(out var before) || before != (c == ')' ? '(' : '['))) return c;
        }
        return open.TryPop(out var left) ? left : null;
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(Properties)\.[a-zA-Z]+")]
    private static partial Regex PropertyName();

    [GeneratedRegex("\"(updraft\\.[a-z._]+)\"")]
    private static partial Regex MetricName();

    [GeneratedRegex("Properties\\[\"(updraft\\.[a-z._]+)\"\\]")]
    private static partial Regex TagName();

    [GeneratedRegex(@"\b([A-Za-z][A-Za-z0-9]*)\s*=(?![=~])")]
    private static partial Regex Assigned();

    [GeneratedRegex(@"\|\s*([a-z-]+)")]
    private static partial Regex Steps();

    [GeneratedRegex(@"(?<![A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Name();
}
