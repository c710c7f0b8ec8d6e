using System.Text.RegularExpressions;

namespace Updraft.Infra.Tests.Monitoring;

/// <summary>What Updraft measures: names from its sources, labels from the table in <c>docs/monitoring.md</c>, which other tests hold to the sources.</summary>
internal static partial class Instruments
{
    public static IReadOnlySet<string> Names { get; } = Repository.Files("src", "*.cs").SelectMany(file => Made().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Tags of spans.</summary>
    public static IReadOnlySet<string> Tags { get; } = Repository.Files("src/Orchestration/Traces", "*.cs").SelectMany(file => Tag().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Labels of a metric.</summary>
    public static IReadOnlyList<string> LabelsOf(string name)
    {
        var row = Row().Matches(Repository.Read("docs/monitoring.md")).FirstOrDefault(row => WithoutUnit().Replace(row.Groups[1].Value, "") == name.Replace('.', '_')) ?? throw new InvalidOperationException($"docs/monitoring.md has no row of {name}");
        return [.. Ticked().Matches(row.Groups[2].Value).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex(@"(?:Create\w+(?:<\w+>)?|Gauge)\(\s*""(updraft\.[a-z._]+)""")]
    private static partial Regex Made();

    [GeneratedRegex("\"(updraft\\.[a-z]+)\"")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^\| `(updraft_[a-z_]+)` \| \w+ \|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("(_seconds|_bytes)?(_total)?$")]
    private static partial Regex WithoutUnit();

    [GeneratedRegex("`([a-z]+)`")]
    private static partial Regex Ticked();
}
