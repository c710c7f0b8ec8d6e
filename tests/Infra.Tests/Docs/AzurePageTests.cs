using System.Text.Json;
using System.Text.RegularExpressions;
using Updraft.Infra.Tests.Bicep;
using Updraft.Infra.Tests.Monitoring;

namespace Updraft.Infra.Tests.Docs;

/// <summary>The page says what the template does.</summary>
public sealed partial class AzurePageTests
{
    [Fact]
    public void Queries_AreThoseOfAlertsAndWorkbook() =>
        Assert.Equal(Queries.All.Values.Select(query => query.Text.TrimEnd('\n')).Order(StringComparer.Ordinal), AzurePage.Queries.Order(StringComparer.Ordinal));

    [Fact]
    public void Configuration_ListsAllParametersWithTheirDefaults()
    {
        var rows = AzurePage.Table("| name | default | what it says | what it costs |").ToDictionary(row => row[0].Trim('`'), row => row[1], StringComparer.Ordinal);
        var parameters = JsonDocument.Parse(Repository.Read("infra/main.parameters.json")).RootElement.GetProperty("parameters").EnumerateObject().Select(parameter => Parameter().Match(parameter.Value.GetProperty("value").GetString()!)).ToList();

        Assert.Equal(parameters.Select(parameter => parameter.Groups["name"].Value), rows.Keys);
        Assert.All(parameters, parameter =>
        {
            var value = parameter.Groups["default"];
            Assert.Equal(!value.Success ? "required" : value.Length == 0 ? "none" : $"`{value.Value}`", rows[parameter.Groups["name"].Value]);
        });
    }

    [Fact]
    public void Settings_AreAllThatTheTemplateSets()
    {
        var app = BicepFile.Named("infra/app/function.bicep");
        var set = new[] { "settings", "schedulerSettings" }.SelectMany(name => app.Find(name)!.Value!.All().OfType<ObjectNode>()).SelectMany(all => all.Properties).Select(property => property.Name.Plain!);

        Assert.Equal(set.Order(StringComparer.Ordinal), AzurePage.Table("| setting | what it is |").SelectMany(row => AzurePage.Ticked(row[0])).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Alerts_AreAllTold()
    {
        var rules = Repository.Read("infra/monitor/alerts.bicep");
        var told = AzurePage.Table("| alert | what it means | what to do |").SelectMany(row => AzurePage.Ticked(row[0])).ToList();

        Assert.Equal(9, told.Count);
        Assert.All(told, name => Assert.True(rules.Contains($"'{name}'", StringComparison.Ordinal) || rules.Contains($"-{name}'", StringComparison.Ordinal), name));
    }

    [Fact]
    public void Commands_OfUpdraft_AreThere()
    {
        var cli = Repository.Read("docs/cli.md");
        var commands = Command().Matches(AzurePage.Text).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.Contains($"`updraft {command}", cli, StringComparison.Ordinal));
    }

    [Fact]
    public void Links_LeadSomewhere() =>
        Assert.Empty(Link().Matches(AzurePage.Text).Select(match => match.Groups[1].Value).Where(file => !Repository.Has($"docs/{file}")));

    [GeneratedRegex(@"^\$\{(?<name>[A-Z_]+)(=(?<default>[^}]*))?\}$")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?:`|^|&& )updraft ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"\]\(([a-z-]+\.md)(?:#[a-z0-9-]+)?\)")]
    private static partial Regex Link();
}
