using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Updraft.Dags.Tests;

/// <summary>Holds <c>docs/templates.md</c> against the code.</summary>
public sealed partial class TemplateDocsTests
{
    private static readonly string Doc = Repository.Read("docs/templates.md").ReplaceLineEndings("\n");

    private readonly FixedScope _scope = new()
    {
        ["run.id"] = "daily:7",
        ["logical_date"] = "2026-03-29T01:00:00Z",
        ["item"] = new { code = "SEA", delay = 12.5 },
        ["index"] = 3,
        ["tasks.list.output"] = new[] { new { code = "SEA" }, new { code = "JFK" } },
    };

    [Fact]
    public void Doc_Roots_AreThoseOfTheCode() => Assert.Equal(
        TemplateRoots.Names,
        Rows("What can be read").Select(row => RootName().Match(row[0]).Value).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Doc_Paths_ReadEveryKindOfReference() => Assert.Equal(
        Enum.GetValues<TemplateRoot>(),
        Rows("What can be read").SelectMany(row => row[0].Split(", ")).Select(path => Template.Parse($"{{{{ {path.Trim('`')} }}}}").References.Single().Root).Distinct().Order());

    [Fact]
    public void Doc_Filters_AreThoseOfTheCode() => Assert.Equal(
        TemplateFilters.Names.Select(name => TemplateFilters.Find(name)!.Usage),
        Rows("Filters").Select(row => row[0].Trim('`')).OrderBy(usage => usage.Split('(')[0], StringComparer.Ordinal));

    [Fact]
    public void Doc_Examples_YieldWhatTheDocSays() => Assert.All(Rows("Filters"), row => Assert.Equal(
        JsonNode.Parse(row[3].Trim('`'))!.ToJsonString(),
        JsonNode.Parse(_scope.Json($"{{{{ {row[2].Trim('`')} }}}}"))!.ToJsonString()));

    [Fact]
    public void Doc_Limits_AreThoseOfTheCode() => Assert.Equal(
        new[] { TemplateLimits.Text, TemplateLimits.Depth, TemplateLimits.Rendered, TemplateLimits.RenderedObject, TemplateLimits.Range },
        Rows("Limits").Select(row => int.Parse(row[1].Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));

    /// <summary>The cells of the first table under a heading, without its head.</summary>
    private static IEnumerable<string[]> Rows(string heading) => Doc[Doc.IndexOf($"## {heading}\n", StringComparison.Ordinal)..].Split('\n')
        .SkipWhile(line => !line.StartsWith('|'))
        .TakeWhile(line => line.StartsWith('|'))
        .Skip(2)
        .Select(line => CellBorder().Split(line.Trim('|')).Select(cell => cell.Trim().Replace("\\|", "|", StringComparison.Ordinal)).ToArray());

    [GeneratedRegex(@"(?<=^`)[a-z_]+")]
    private static partial Regex RootName();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellBorder();
}
