using Microsoft.AspNetCore.Http;
using Updraft.Dags;

namespace Updraft.Operators.Tests;

/// <summary>A vault as its REST documentation has it: it checks the path, the version of the API and the token.</summary>
public sealed class KeyVaultTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly List<string> _scopes = [];
    private FakeService _service = null!;
    private KeyVault _vault = null!;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _vault = VaultOf(_time);
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Get_Secret_AsksForTheNewestVersionWithAToken()
    {
        Secret("rates-token", "s3cret");

        Assert.Equal("s3cret", await new KeyVaultSecrets(_vault).GetAsync("rates_token"));

        var request = Assert.Single(_service.Requests);
        Assert.Equal(("/secrets/rates-token", "?api-version=7.4", "Bearer token-1"), (request.Path, request.Query, request.Header("Authorization")));
        Assert.Equal(["https://vault.azure.net/.default"], _scopes);
    }

    [Fact]
    public async Task Get_WithinMinutes_AsksOnceAndThenSeesTheNewVersion()
    {
        var version = 0;
        _service.On("GET", "/secrets/a", _ => Results.Json(new { value = $"v{++version}", id = "https://x/secrets/a/1" }));

        Assert.Equal("v1", await _vault.GetAsync("a", default));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("v1", await _vault.GetAsync("A", default));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("v2", await _vault.GetAsync("a", default));
    }

    [Fact]
    public async Task Get_ByManyAtOnce_AsksOnce()
    {
        using var hold = new ManualResetEventSlim();
        _service.On("GET", "/secrets/a", _ =>
        {
            hold.Wait();
            return Results.Json(new { value = "x" });
        });

        var reads = Enumerable.Range(0, 50).Select(_ => _vault.GetAsync("a", default)).ToList();
        hold.Set();

        Assert.All(await Task.WhenAll(reads), value => Assert.Equal("x", value));
        Assert.Single(_service.Requests);
    }

    [Fact]
    public async Task Get_OfNoSuchSecret_IsNullAndSoonAskedAgain()
    {
        Assert.Null(await _vault.GetAsync("a", default));
        Secret("a", "x");
        Assert.Null(await _vault.GetAsync("a", default));

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("x", await _vault.GetAsync("a", default));
    }

    [Theory]
    [InlineData("ForbiddenByRbac", "Key Vault Secrets User")]
    [InlineData("SecretDisabled", "the secret is disabled")]
    [InlineData("ForbiddenByFirewall", "its firewall does not let this host in")]
    public async Task Get_Refused_SaysWhyAndWhatToDo(string inner, string says)
    {
        _service.On("GET", "/secrets/a", new { error = new { code = "Forbidden", message = "long", innererror = new { code = inner } } }, 403);

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => _vault.GetAsync("a", default));

        Assert.Equal(OperatorErrors.KeyVault, refused.Code);
        Assert.Contains($"refuses secret 'a' ({inner}): ", refused.Message);
        Assert.Contains(says, refused.Message);
    }

    [Fact]
    public async Task Get_AfterARefusal_DoesNotGoOnWithTheOldValue()
    {
        Secret("a", "x");
        await _vault.GetAsync("a", default);
        _time.Advance(TimeSpan.FromMinutes(6));
        _service.Fail(403, """{"error":{"code":"Forbidden","innererror":{"code":"SecretDisabled"}}}""");

        Assert.Equal(OperatorErrors.KeyVault, (await Assert.ThrowsAsync<UpdraftException>(() => _vault.GetAsync("a", default))).Code);
    }

    [Fact]
    public async Task Get_Throttled_WaitsAsLongAsItIsTold()
    {
        Secret("a", "x");
        _service.Throttle(7).Throttle(3);
        var time = new QuickTime();

        Assert.Equal("x", await VaultOf(time).GetAsync("a", default));

        Assert.Equal([7, 3], time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Get_OfAVaultInTrouble_UsesWhatItSaidLastForAnHour()
    {
        var time = new QuickTime();
        var vault = VaultOf(time);
        Secret("a", "x");
        await vault.GetAsync("a", default);

        time.Now += TimeSpan.FromMinutes(50);
        for (var i = 0; i < 4; i++) _service.Fail(503);
        Assert.Equal("x", await vault.GetAsync("a", default));

        time.Now += TimeSpan.FromMinutes(20);
        for (var i = 0; i < 4; i++) _service.Break(half: i % 2 == 0);
        await Assert.ThrowsAsync<ServiceException>(() => vault.GetAsync("a", default));
        Assert.Equal([1, 2, 4, 1, 2, 4], time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Get_ChallengedForAnotherService_SendsNoTokenForIt()
    {
        _service.On("GET", "/secrets/a", _ => new Challenge("https://evil.example.com"));

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => _vault.GetAsync("a", default));

        Assert.Contains("the sign-in is not accepted", refused.Message);
        Assert.Equal(["https://vault.azure.net/.default"], _scopes);
    }

    [Theory]
    [InlineData("authorization=\"https://login.chinacloudapi.cn/t\", resource=\"https://vault.azure.cn\"", "models.vault.azure.cn", "https://vault.azure.cn/.default")]
    [InlineData("scope=\"https://vault.azure.net/.default\"", "models.vault.azure.net", "https://vault.azure.net/.default")]
    [InlineData("resource=\"https://azure.example\"", "models.vault.azure.net", null)]
    [InlineData("resource=\"http://vault.azure.net\"", "models.vault.azure.net", null)]
    [InlineData("", "models.vault.azure.net", null)]
    public void ScopeOfChallenge_OfAServiceThatTheVaultIsPartOf_IsBelieved(string challenge, string host, string? scope) => Assert.Equal(scope, KeyVaultClient.ScopeOfChallenge(challenge, host));

    [Fact]
    public async Task Connection_OfTheVault_IsReadAndListed()
    {
        Secret("connection-rates-eu", """{"url":"https://rates.example.com","token":"secret:rates_token"}""");
        Secret("rates-token", "s3cret");
        _service.On("GET", "/secrets", request => request.Query.Contains("page2", StringComparison.Ordinal)
            ? Results.Json(new { value = new[] { new { id = "https://x/secrets/connection-b", attributes = new { enabled = true } } } })
            : Results.Json(new
            {
                value = new[]
                {
                    new { id = "https://x/secrets/connection-rates-eu", attributes = new { enabled = true } }, new { id = "https://x/secrets/connection-old", attributes = new { enabled = false } },
                    new { id = "https://x/secrets/rates-token", attributes = new { enabled = true } },
                },
                nextLink = new Uri(_service.Url, "/secrets?api-version=7.4&page2=1").AbsoluteUri,
            }));
        var connections = new Connections(new KeyVaultSecrets(_vault), new KeyVaultConnections(_vault));

        var found = await connections.GetAsync("rates_eu");

        Assert.Equal(("https://rates.example.com/", "s3cret"), (found.Url!.AbsoluteUri, found.Token));
        Assert.Equal(["b", "rates-eu"], await new KeyVaultConnections(_vault).NamesAsync());
        // A connection's secret is no secret for templates.
        Assert.Null(await new KeyVaultSecrets(_vault).GetAsync("connection_rates_eu"));
    }

    [Fact]
    public async Task List_OfAVaultThatRefuses_ShowsTheOthersAndWhy()
    {
        _service.On("GET", "/secrets", new { error = new { code = "Forbidden", innererror = new { code = "ForbiddenByRbac" } } }, 403);

        var listed = await new Connections(new EnvironmentSecrets(), new KeyVaultConnections(_vault)).ListAsync();

        Assert.Equal(("*", $"Key Vault {_service.Url.Host}"), (Assert.Single(listed).Name, listed[0].Source));
        Assert.Contains("refuses the list of secrets (ForbiddenByRbac)", listed[0].Problem);
    }

    [Fact]
    public void OfEnvironment_IsTheVaultThatItNames()
    {
        Assert.Null(KeyVault.OfEnvironment(_time));
        try
        {
            Environment.SetEnvironmentVariable(KeyVault.Variable, "models-prod");
            Assert.Equal("Key Vault models-prod.vault.azure.net", KeyVault.OfEnvironment(_time)!.ToString());
        }
        finally
        {
            Environment.SetEnvironmentVariable(KeyVault.Variable, null);
        }
    }

    [Theory]
    [InlineData("models-prod", "https://models-prod.vault.azure.net/")]
    [InlineData("https://models.vault.azure.cn", "https://models.vault.azure.cn/")]
    [InlineData("http://models.vault.azure.net", null)]
    [InlineData("https://models.vault.azure.net/secrets/a", null)]
    [InlineData("no vault", null)]
    public void UrlOf_NameOrUrl_IsAVault(string text, string? url)
    {
        if (url is not null) Assert.Equal(url, KeyVault.UrlOf(text).AbsoluteUri);
        else Assert.Equal(OperatorErrors.KeyVault, Assert.Throws<UpdraftException>(() => KeyVault.UrlOf(text)).Code);
    }

    private void Secret(string name, string value) => _service.On("GET", $"/secrets/{name}", new { value, id = $"https://x/secrets/{name}/0123", attributes = new { enabled = true } });

    private KeyVault VaultOf(TimeProvider time) => new(_service.Url, time, (scope, _) =>
    {
        _scopes.Add(scope);
        return Task.FromResult($"token-{_scopes.Distinct().Count()}");
    });

    /// <summary>401 with the header by which a vault says where tokens for it come from.</summary>
    private sealed class Challenge(string resource) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = 401;
            httpContext.Response.Headers.WWWAuthenticate = $"Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"{resource}\"";
            return Task.CompletedTask;
        }
    }

    /// <summary>A clock on which short waits are over at once, and long limits never come.</summary>
    private sealed class QuickTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public List<TimeSpan> Waits { get; } = [];

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.FromMinutes(1)) return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
