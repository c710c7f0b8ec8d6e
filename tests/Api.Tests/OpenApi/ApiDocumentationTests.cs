using System.Text.RegularExpressions;

namespace Updraft.Api.Tests;

/// <summary>docs/api.md and the routes say the same.</summary>
public sealed partial class ApiDocumentationTests
{
    [Fact]
    public async Task ApiPage_Requests_AreTheRoutes()
    {
        await using var server = await ApiTestServer.StartAsync();
        var page = Repository.Read("docs/api.md");

        var listed = Row().Matches(page).Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal);
        var routes = OpenApiTests.Routes(server.Pipeline).Where(route => route.Path != OpenApiDocuments.Path && OpenApiDocuments.IsOfApi(route.Path)).Select(route => $"{route.Method} {route.Path}").Order(StringComparer.Ordinal);

        Assert.Equal(routes, listed);
    }

    [Fact]
    public async Task ApiPage_PathsOfExamples_AreThere()
    {
        await using var server = await ApiTestServer.StartAsync();
        var page = Repository.Read("docs/api.md");
        var routes = OpenApiTests.Routes(server.Pipeline).Select(route => new Regex($"^{Parameter().Replace(route.Path, "[^/]+")}$")).ToList();

        var asked = Example().Matches(page).Select(match => match.Groups[1].Value).ToList();

        Assert.True(asked.Count > 8);
        Assert.All(asked, path => Assert.Contains(routes, route => route.IsMatch(path)));
    }

    [GeneratedRegex(@"^\| `([A-Z]+ /[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\$UPDRAFT_SERVER(/[^""?\s]+)")]
    private static partial Regex Example();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
