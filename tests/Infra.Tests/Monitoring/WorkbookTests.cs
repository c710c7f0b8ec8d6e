using System.Text.Json;

namespace Updraft.Infra.Tests.Monitoring;

/// <summary>The workbook asks what the queries ask, of the workspace that the template names.</summary>
public sealed class WorkbookTests
{
    private const int TextItem = 1;
    private const int QueryItem = 3;

    private static readonly JsonElement Workbook = JsonDocument.Parse(Repository.Read("infra/monitor/workbook.json")).RootElement;

    private static IEnumerable<JsonElement> Items(int type) => Workbook.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("type").GetInt32() == type);

    [Fact]
    public void Queries_AreThoseOfTheFiles() =>
        Assert.All(Items(QueryItem), item => Assert.Equal(Queries.All[item.GetProperty("name").GetString()!].Text.TrimEnd('\n'), item.GetProperty("content").GetProperty("query").GetString()));

    [Fact]
    public void Queries_ReadTheWorkspaceInTheTimeThatIsChosen() =>
        Assert.All(Items(QueryItem), item =>
        {
            var content = item.GetProperty("content");
            Assert.Equal("__WORKSPACE__", Assert.Single(content.GetProperty("crossComponentResources").EnumerateArray()).GetString());
            Assert.Equal("TimeRange", content.GetProperty("timeContextFromParameter").GetString());
            Assert.Contains(content.GetProperty("visualization").GetString(), new[] { "table", "timechart" });
        });

    [Fact]
    public void Headings_AreWhatWasAskedFor()
    {
        var headings = Items(TextItem).Select(item => item.GetProperty("content").GetProperty("json").GetString()!.Split('\n')[0]);

        Assert.Equal(["## Fleet", "## Task lag", "## Slowest tasks", "## Landing times", "## Cost", "## Errors and requests"], headings);
    }

    [Fact]
    public void EveryQuery_IsAskedByTheWorkbookOrAnAlert()
    {
        var alerts = Repository.Read("infra/monitor/alerts.bicep");
        var shown = Items(QueryItem).Select(item => item.GetProperty("name").GetString()).ToHashSet();

        Assert.Empty(Queries.All.Keys.Where(name => !shown.Contains(name) && !alerts.Contains($"queries/{name}.kql", StringComparison.Ordinal)));
    }

    [Fact]
    public void Template_PutsTheWorkspaceIn() =>
        Assert.Contains("replace(loadTextContent('workbook.json'), '__WORKSPACE__', workspaceId)", Repository.Read("infra/monitor/workbook.bicep"), StringComparison.Ordinal);
}
