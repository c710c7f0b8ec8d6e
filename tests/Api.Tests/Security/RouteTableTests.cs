namespace Updraft.Api.Tests;

/// <summary>What the route table declares holds for every route in it, those that come later too.</summary>
public sealed class RouteTableTests(RouteTableTests.Closed closed) : IClassFixture<RouteTableTests.Closed>
{
    // Open to everybody, and why.
    private static readonly string[] Open =
    [
        "GET /health", // whether it is up, and nothing else
        "GET /api/v1/{*path:nonfile}", // the answer that there is no such path
        "GET /api/v2/{*path:nonfile}", // the same in Airflow's form
        "GET /api/v2/version", // as Airflow's: which API is spoken
        "GET /api/v2/monitor/health", // as Airflow's: whether it is up, and since when not
        "GET /openapi/v1.json", // the document of this API
        "POST /auth/token", // where Airflow's clients sign in: checks a key and hands it back
        "POST /auth/token/cli",
    ];

    private static readonly TeamObjects Nobody = new("a", "nobody");

    private readonly ApiTestServer _server = closed.Server;

    [Fact]
    public void Routes_AllOfThem_DeclareWhoMayAsk() => Assert.Empty(Route.All(_server).Where(route => route.Needed is null && !route.IsOpen).Select(route => route.ToString()));

    [Fact]
    public void Routes_OpenToEverybody_AreThese() => Assert.Equal(Open.Order(StringComparer.Ordinal), Route.All(_server).Where(route => route.IsOpen).Select(route => route.ToString()).Order(StringComparer.Ordinal));

    /// <summary>CVE-2020-13927: an API that asks nobody who they are.</summary>
    [Fact]
    public async Task Routes_WithoutAKey_AreClosed()
    {
        var stranger = new Asker(_server, null);

        foreach (var route in Route.All(_server).Where(route => !route.IsOpen))
            Assert.Equal((route.ToString(), 401), (route.ToString(), (await AskAsync(stranger, route)).Status));
    }

    [Fact]
    public async Task Routes_WithALesserRole_AreForbidden()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            var asker = await Asker.OfAsync(_server, new Grant(role));
            foreach (var route in Route.All(_server).Where(route => route.Needed?.Role > role))
                Assert.Equal((route.ToString(), role, 403), (route.ToString(), role, (await AskAsync(asker, route)).Status));
        }
    }

    [Fact]
    public async Task Answers_OfEveryKind_TellBrowsersToKeepAndLoadNothing()
    {
        var admin = await Asker.OfAsync(_server, new Grant(Role.Admin));

        foreach (var answer in new[] { await admin.GetAsync("whoami"), await admin.GetAsync("nothing/here"), await new Asker(_server, null).GetAsync("whoami"), await new Asker(_server, null).GetAsync("/health") })
        {
            Assert.Equal(("nosniff", "no-referrer", "same-origin"), (answer.Headers["X-Content-Type-Options"], answer.Headers["Referrer-Policy"], answer.Headers["Cross-Origin-Resource-Policy"]));
            Assert.Equal(SecurityHeaders.DataPolicy, answer.Headers["Content-Security-Policy"]);
            Assert.Contains("no-store", answer.Headers["Cache-Control"], StringComparison.Ordinal);
            Assert.False(answer.Headers.ContainsKey("Set-Cookie") || answer.Headers.ContainsKey("Access-Control-Allow-Origin"));
        }
        Assert.DoesNotContain("unsafe", SecurityHeaders.PagePolicy, StringComparison.Ordinal);
    }

    private static Task<Answer> AskAsync(Asker asker, Route route) => asker.AskAsync(new HttpMethod(route.Method), Path(route), route.BodyType switch { null => null, "application/json" => new { }, var type => new StringContent("", null, type) });

    private static string Path(Route route) => route.Parameters.Aggregate(route.Pattern, (path, parameter) => System.Text.RegularExpressions.Regex.Replace(path, $@"\{{\**{parameter}[^}}]*\}}", Nobody.Knows(parameter) ? Nobody.Ids(parameter)[0] : "x"));

    /// <summary>One server for all of these, which asks for keys.</summary>
    public sealed class Closed : IAsyncLifetime
    {
        internal ApiTestServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await ApiTestServer.StartAsync(options => options with { Open = false });

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
