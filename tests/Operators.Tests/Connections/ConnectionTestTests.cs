using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;

namespace Updraft.Operators.Tests;

/// <summary>Connections that are tried out.</summary>
public sealed class ConnectionTestTests : IAsyncLifetime, IConnectionSource
{
    private const string Password = "p4ssword-that-is-secret";

    private FakeService _service = null!;
    private Connection _connection = new();

    public async Task InitializeAsync() => _service = await FakeService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Http_IsCalledAndSignedIn()
    {
        _service.On("GET", "/api/v1/me", new { });
        _connection = new() { Url = new Uri(_service.Url, "/api"), User = "ann", Password = Password, Options = new Connection().Options.Add("test_path", "/v1/me") };

        Assert.EndsWith("answered 200", await TryAsync());

        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"ann:{Password}")), Assert.Single(_service.Requests).Header("Authorization"));
    }

    [Theory]
    [InlineData(401, "the sign-in is refused")]
    [InlineData(403, "the sign-in is refused")]
    [InlineData(503, "answered 503")]
    [InlineData(429, "answered 429")]
    public async Task Http_ThatDoesNotWork_SaysWhy(int status, string says)
    {
        _service.On("GET", "/", _ => Results.StatusCode(status));
        _connection = new() { Url = _service.Url, Token = Password };

        var failed = await Assert.ThrowsAsync<UpdraftException>(TryAsync);

        Assert.Equal(OperatorErrors.ConnectionTest, failed.Code);
        Assert.StartsWith("connection 'c' does not work: ", failed.Message);
        Assert.Contains(says, failed.Message);
    }

    [Fact]
    public async Task Http_WithoutASignIn_SaysThatOneIsWanted()
    {
        _service.On("GET", "/", _ => Results.StatusCode(401));
        _connection = new() { Url = _service.Url };

        Assert.EndsWith("it wants a sign-in, and the connection has none", (await Assert.ThrowsAsync<UpdraftException>(TryAsync)).Message);
    }

    [Fact]
    public async Task Http_OfAWebhook_ShowsNothingOfItsPath()
    {
        _connection = new() { Url = new Uri(_service.Url, "/services/T0/B0/verysecret") };

        Assert.DoesNotContain("verysecret", await TryAsync());
        _service.Break(half: false);
        Assert.DoesNotContain("verysecret", (await Assert.ThrowsAsync<UpdraftException>(TryAsync)).Message);
        Assert.DoesNotContain("verysecret", Assert.Single(await new Connections(new EnvironmentSecrets(), this).ListAsync()).Text);
    }

    [Theory]
    [InlineData("jobs", "share 'jobs' was listed, and has files or folders")]
    [InlineData("none", "share 'none' was listed, and is empty")]
    [InlineData("", "the shares of account 'acc' were listed")]
    public async Task Files_AreListed(string share, string says)
    {
        await using var files = await FakeFileService.StartAsync();
        files.Shares.Write("jobs/x", "1").MakeFolder("none");
        _connection = files.ByKey with { Options = new Connection().Options.Add("test_share", share) };

        Assert.Equal(says, await TryAsync());
    }

    [Theory]
    [InlineData("gone", "there is no share 'gone'")]
    [InlineData("jobs", "is no key of the account 'acc'")]
    public async Task Files_ThatDoNotWork_SayWhy(string share, string says)
    {
        await using var files = await FakeFileService.StartAsync();
        _connection = files.ByKey with { Password = share == "gone" ? FakeFileService.Key : Convert.ToBase64String("another key"u8), Options = new Connection().Options.Add("test_share", share) };

        Assert.Contains(says, (await Assert.ThrowsAsync<UpdraftException>(TryAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smtp_SignsInAndSendsNothing()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _connection = Mail(server);
        var received = ReceiveAsync(server, "235 welcome");

        Assert.EndsWith("answered without TLS, and let ann in", await TryAsync());

        Assert.Equal(["EHLO updraft", "AUTH LOGIN", Convert.ToBase64String("ann"u8), Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)), "QUIT"], await received);
    }

    [Fact]
    public async Task Smtp_SignInRefused_SaysSoWithoutThePassword()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _connection = Mail(server);
        var received = ReceiveAsync(server, $"535 wrong: {Password}");

        var failed = await Assert.ThrowsAsync<UpdraftException>(TryAsync);

        Assert.Equal("connection 'c' does not work: the server answered the password with 535 wrong: ***", failed.Message);
        await received;
    }

    [Fact]
    public async Task Smtp_WithoutTls_IsRefusedWhereItIsWanted()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _connection = Mail(server) with { Options = new Connection().Options };
        var received = ReceiveAsync(server, "");

        Assert.Contains("offers no STARTTLS", (await Assert.ThrowsAsync<UpdraftException>(TryAsync)).Message);
        Assert.Equal(["EHLO updraft"], await received);
    }

    [Fact]
    public async Task Try_OfAKindThatIsNotKnown_SaysSo()
    {
        _connection = new() { Url = new Uri("gopher://example.com") };

        Assert.Contains("nothing is known of gopher:// URLs", (await Assert.ThrowsAsync<UpdraftException>(TryAsync)).Message);
    }

    [Theory]
    [InlineData("https://x.vault.azure.net", null, "https://vault.azure.net/.default")]
    [InlineData("https://acc.file.core.windows.net", null, "https://storage.azure.com/.default")]
    [InlineData("https://adb-1.2.azuredatabricks.net", null, "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default")]
    [InlineData("https://management.azure.com", null, "https://management.azure.com/.default")]
    [InlineData("https://api.example.com", "api://x/.default", "api://x/.default")]
    public void Azure_Scope_IsThatOfTheService(string url, string? given, string scope)
    {
        var options = new Connection().Options;
        Assert.Equal(scope, AzureConnectionTest.ScopeOf(new() { Url = new Uri(url), Azure = "default", Options = given is null ? options : options.Add("azure_scope", given) }));
    }

    [Fact]
    public async Task Warnings_OfADag_NameWhatTheHostDoesNotKnow()
    {
        var dag = new DagBuilder("d");
        dag.Task("known", "http", new { url = "/", connection = "c" });
        dag.Task("made", "http", new { url = "/", connection = "{{ params.x }}" });
        dag.Task("call", "http", new { url = "/", connection = "nobody" }).OnFailure("slack", new { connection = "nochat", text = "x" });

        var warnings = await new Connections(new EnvironmentSecrets(), this).WarningsAsync(dag.Build());

        Assert.Equal(
            "tasks.call.http.connection: connection 'nobody' is not known here; see 'updraft connections list' tasks.call.on_failure[0].slack.connection: connection 'nochat' is not known here; see 'updraft connections list'",
            string.Join(' ', warnings));
    }

    Task<Connection?> IConnectionSource.GetAsync(string name, CancellationToken cancellation) => Task.FromResult(name == "c" ? _connection : null);

    Task<IReadOnlyList<string>> IConnectionSource.NamesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>(["c"]);

    private Task<string> TryAsync() => ConnectionTests.TryAsync(new Connections(new EnvironmentSecrets(), this), "c");

    private static Connection Mail(TcpListener server) => new()
    {
        Url = new Uri($"smtp://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}"), User = "ann", Password = Password, Options = new Connection().Options.Add("tls", "none"),
    };

    /// <summary>One conversation: what the client said.</summary>
    private static async Task<IReadOnlyList<string>> ReceiveAsync(TcpListener server, string end)
    {
        using var client = await server.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
        var said = new List<string>();
        await writer.WriteLineAsync("220 test");
        while (await reader.ReadLineAsync() is { } line)
        {
            said.Add(line);
            await writer.WriteLineAsync(said.Count switch
            {
                1 => "250-test\r\n250 AUTH PLAIN LOGIN",
                2 or 3 => "334 VXNlcm5hbWU6",
                4 => end,
                _ => "221 bye",
            });
        }
        return said;
    }
}
