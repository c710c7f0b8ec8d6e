using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Updraft.Api.Tests;

/// <summary>What no route may do, whatever whoever asks may: each is asked as an admin.</summary>
public sealed class HostileRouteTests(RouteTableTests.Closed closed) : IClassFixture<RouteTableTests.Closed>
{
    private static readonly TeamObjects Nobody = new("a", "nobody");

    private readonly ApiTestServer _server = closed.Server;

    /// <summary>CVE-2023-40611, mass assignment: a field that a request does not have is not left unread.</summary>
    [Fact]
    public async Task Bodies_FieldThatIsNotTheirs_IsRefusedByEachRoute()
    {
        var admin = await Asker.OfAsync(_server, new Grant(Role.Admin));
        var routes = Route.All(_server).Where(route => route is { BodyType: "application/json", Body: not null } && !route.Pattern.StartsWith("/api/v2", StringComparison.Ordinal)).ToList();
        Assert.True(routes.Count > 20, $"only {routes.Count} routes with a body were found");

        foreach (var route in routes)
        {
            if (SampleBody.Of(route.Body!, Nobody) is not JsonObject body) continue;
            body["isAdmin"] = true;
            var answer = await admin.AskAsync(new HttpMethod(route.Method), PathOf(route, "x"), body);

            Assert.Equal((route.ToString(), 400), (route.ToString(), answer.Status));
            Assert.Contains("isAdmin", answer.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>CVE-2023-22887, path traversal: a name is a name, and leads to no other folder.</summary>
    [Theory]
    [InlineData("..%2F..%2F..%2F..%2Fetc%2Fpasswd")]
    [InlineData("%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("..%5C..%5Cetc%5Cpasswd")]
    [InlineData("%2Fetc%2Fpasswd")]
    [InlineData("..")]
    public async Task Names_ThatAreWaysToOtherFolders_LeadNowhere(string name)
    {
        var admin = await Asker.OfAsync(_server, new Grant(Role.Admin));

        foreach (var route in Route.All(_server).Where(route => route.Method == "GET" && !route.IsOpen && route.Parameters.Count > 0))
        {
            var answer = await admin.AskAsync(HttpMethod.Get, PathOf(route, name), null);

            Assert.True(answer.Status is 200 or (>= 400 and < 500), $"{route}: {answer.Status} {answer.Text}");
            Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>Denial of service: no list is as long as whoever asks would have it.</summary>
    [Fact]
    public async Task Lists_OfMillions_AreRefused()
    {
        var admin = await Asker.OfAsync(_server, new Grant(Role.Admin));
        var routes = Route.All(_server).Where(route => route.Queries.Any(query => query.Name == "count")).ToList();
        Assert.True(routes.Count > 10, $"only {routes.Count} lists were found");

        foreach (var route in routes)
        {
            foreach (var count in new[] { "1000000", "0", "-1", "99999999999999" })
            {
                // Of what is not there, there is no list.
                var expected = route.Parameters.Count == 0 ? 400 : 404;
                var status = (await admin.AskAsync(HttpMethod.Get, $"{PathOf(route, "x")}?count={count}", null)).Status;
                Assert.True(status == 400 || status == expected, $"{route} of {count}: {status}");
            }
        }
    }

    private static string PathOf(Route route, string name) => route.Parameters.Aggregate(route.Pattern, (path, parameter) => Regex.Replace(path, $@"\{{\**{parameter}[^}}]*\}}", name.Replace("$", "$$", StringComparison.Ordinal)));
}
