namespace Updraft.Api.Tests;

/// <summary>Where no key is needed, no web page of others gets in: neither by a name that points here (DNS rebinding) nor from another origin (CSRF).</summary>
public sealed class OpenServerTests(OpenServerTests.Hosted hosted) : IClassFixture<OpenServerTests.Hosted>
{
    private readonly ApiTestServer _server = hosted.Server;
    private readonly Asker _asker = new(hosted.Server, null);

    [Theory]
    [InlineData("localhost:8080")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("127.8.8.8")]
    [InlineData("[::1]:8080")]
    public async Task Host_OfLoopback_IsAdminByTheNameTheyGive(string host)
    {
        var who = (await _asker.GetAsync("whoami", ("Host", host), (SignIn.UserHeader, "ada"), ("Authorization", "Basic YWlyZmxvdzphaXJmbG93"))).Read<WhoAmI>();

        Assert.Equal(("ada", SignInMethod.Open, new Grant(Role.Admin)), (who.Name, who.Method, Assert.Single(who.Grants)));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example:8080")]
    [InlineData("127.0.0.1.nip.io")]
    [InlineData("10.0.0.1")]
    [InlineData("0.0.0.0:8080")]
    public async Task Host_OfAnotherName_IsRefused(string host) =>
        Assert.Equal((403, SecurityErrors.ForeignPage), await _asker.GetAsync("whoami", ("Host", host)) is var answer ? (answer.Status, answer.Code) : default);

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "http://localhost:3000")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost:8080.evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Page_OfAnotherOrigin_IsRefused(string header, string value)
    {
        await _server.PublishAsync("{name: hello, tasks: {one: {step: {}}}}");

        var answer = await _asker.AskAsync(HttpMethod.Post, "dags/hello/runs", new TriggerPublished(), ("Host", "localhost:8080"), (header, value));

        Assert.Equal((403, SecurityErrors.ForeignPage), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Page_OfOurOwn_IsServed() =>
        Assert.Equal(200, (await _asker.GetAsync("whoami", ("Host", "localhost:8080"), ("Origin", "http://localhost:8080"), ("Sec-Fetch-Site", "same-origin"))).Status);

    [Fact]
    public async Task Key_SentNevertheless_IsWhoOneIs()
    {
        var viewer = await Asker.OfAsync(_server, new Grant(Role.Viewer));
        var wrong = new Asker(_server, KeyToken.New().Text);

        Assert.Equal(403, (await viewer.GetAsync("keys")).Status);
        Assert.Equal(401, (await wrong.GetAsync("whoami")).Status);
        // A page cannot send a key, so that one that is sent may come from anywhere.
        Assert.Equal(200, (await viewer.GetAsync("whoami", ("Host", "flows.example"), ("Origin", "https://elsewhere.example"))).Status);
    }

    /// <summary>One server for all of these.</summary>
    public sealed class Hosted : IAsyncLifetime
    {
        internal ApiTestServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await ApiTestServer.StartAsync();

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
