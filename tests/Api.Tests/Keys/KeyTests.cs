using System.Text;

namespace Updraft.Api.Tests;

public sealed class KeyTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;
    private Asker _admin = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        _admin = await Asker.OfAsync(_server, new Grant(Role.Admin));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Create_ByAdmin_IsShownOnceAndSignsIn()
    {
        var made = (await _admin.AskAsync(HttpMethod.Post, "keys", new CreateKey { Name = "ci", Grants = [new Grant(Role.Operator, "red")] })).Read<KeyCreated>();
        var ci = new Asker(_server, made.Secret);

        var who = (await ci.GetAsync("whoami")).Read<WhoAmI>();

        Assert.StartsWith($"upd_{made.Key.Id}_", made.Secret, StringComparison.Ordinal);
        Assert.Equal(("ci", SignInMethod.Key, made.Key.Id), (who.Name, who.Method, who.KeyId));
        Assert.Equal(new Grant(Role.Operator, "red"), Assert.Single(who.Grants));
        foreach (var path in new[] { "keys", $"keys/{made.Key.Id}" }) Assert.DoesNotContain(made.Secret[^64..], (await _admin.GetAsync(path)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAdmin_OfAHash_SignsInWhoeverHasTheKey_UntilItIsRevoked()
    {
        var token = KeyToken.New();
        var hash = KeyHash.Parse($"{token.Id}:{Convert.ToHexStringLower(token.Hash())}")!;
        var keys = new ApiKeys(_server.Services.Ports.State, _server.Time);
        Assert.True(await keys.AddAdminAsync(hash, "first admin", "the settings"));
        var first = new Asker(_server, token.Text);

        var who = (await first.GetAsync("whoami")).Read<WhoAmI>();
        Assert.Equal(("first admin", Role.Admin), (who.Name, Assert.Single(who.Grants).Role));
        Assert.False(await keys.AddAdminAsync(hash, "first admin", "the settings"));

        await _admin.AskAsync(HttpMethod.Delete, $"keys/{token.Id}");
        Assert.False(await keys.AddAdminAsync(hash, "first admin", "the settings"));
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(401, (await first.GetAsync("whoami")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("upd_0123456789ab_00")]
    [InlineData("0123456789AB:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0123456789ab:000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0123456789ab:0000000000000000000000000000000000000000000000000000000000000000:")]
    public void KeyHash_OfSomethingElse_IsNone(string text) => Assert.Null(KeyHash.Parse(text));

    [Fact]
    public async Task Create_Stored_HoldsNoSecret()
    {
        var made = (await _admin.AskAsync(HttpMethod.Post, "keys", new CreateKey { Name = "ci", Grants = [new Grant(Role.Viewer)] })).Read<KeyCreated>();

        var stored = new StringBuilder();
        await foreach (var listed in _server.Services.Ports.State.ListAsync("")) stored.Append(listed.Path).Append(listed.Summary).Append(Encoding.UTF8.GetString((await _server.Services.Ports.State.GetAsync(listed.Path))!.Content.Span));

        Assert.Contains(made.Key.Id, stored.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(made.Secret[^64..], stored.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("two\nlines")]
    [InlineData("\u202Eever")]
    public async Task Create_NameThatNobodyCanRead_IsRefused(string name)
    {
        var answer = await _admin.AskAsync(HttpMethod.Post, "keys", new CreateKey { Name = name, Grants = [new Grant(Role.Viewer)] });

        Assert.Equal((422, SecurityErrors.Key), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Create_NoGrantOrPastExpiry_IsRefused()
    {
        var none = await _admin.AskAsync(HttpMethod.Post, "keys", new CreateKey { Name = "ci", Grants = [] });
        var past = await _admin.AskAsync(HttpMethod.Post, "keys", new CreateKey { Name = "ci", Grants = [new Grant(Role.Viewer)], ExpiresAt = _server.Time.GetUtcNow() });

        Assert.Equal((SecurityErrors.Key, SecurityErrors.Key), (none.Code, past.Code));
    }

    [Fact]
    public async Task Create_ByAdminOfATeam_GrantsNoMoreThanTheyHave()
    {
        var red = await Asker.OfAsync(_server, new Grant(Role.Admin, "red"), new Grant(Role.Viewer));
        async Task<int> GrantAsync(Role role, string? team) => (await red.AskAsync(HttpMethod.Post, "keys", new CreateKey { Name = "k", Grants = [new Grant(Role.Viewer, "red"), new Grant(role, team)] })).Status;

        Assert.Equal((201, 201, 201), (await GrantAsync(Role.Admin, "red"), await GrantAsync(Role.Viewer, null), await GrantAsync(Role.Viewer, "blue")));
        Assert.Equal((403, 403, 403, 403), (await GrantAsync(Role.Operator, null), await GrantAsync(Role.Admin, null), await GrantAsync(Role.Operator, "blue"), await GrantAsync(Role.Operator, "redder")));
    }

    [Fact]
    public async Task List_ByAdminOfATeam_ShowsTheKeysOfThatTeamAlone()
    {
        var red = await Asker.OfAsync(_server, new Grant(Role.Admin, "red"));
        var mixed = await Asker.OfAsync(_server, new Grant(Role.Viewer, "red"), new Grant(Role.Viewer, "blue"));
        var blue = await Asker.OfAsync(_server, new Grant(Role.Viewer, "blue"));

        Assert.Equal([red.KeyId], (await red.GetAsync("keys")).Read<Page<KeyResource>>().Items.Select(key => key.Id));
        Assert.Equal(4, (await _admin.GetAsync("keys")).Read<Page<KeyResource>>().Items.Length);
        foreach (var foreign in new[] { mixed, blue, _admin })
        {
            Assert.Equal((404, SecurityErrors.NoKey), await red.GetAsync($"keys/{foreign.KeyId}") is var shown ? (shown.Status, shown.Code) : default);
            Assert.Equal(404, (await red.AskAsync(HttpMethod.Delete, $"keys/{foreign.KeyId}")).Status);
            Assert.Equal(200, (await foreign.GetAsync("whoami")).Status);
        }
    }

    [Fact]
    public async Task Revoke_KeyInUse_IsRefusedAtOnce()
    {
        var ci = await Asker.OfAsync(_server, new Grant(Role.Viewer));
        Assert.Equal(200, (await ci.GetAsync("whoami")).Status);

        Assert.Equal(204, (await _admin.AskAsync(HttpMethod.Delete, $"keys/{ci.KeyId}")).Status);

        Assert.Equal((401, SecurityErrors.KeyRefused), await ci.GetAsync("whoami") is var answer ? (answer.Status, answer.Code) : default);
        var shown = (await _admin.GetAsync($"keys/{ci.KeyId}")).Read<KeyResource>();
        Assert.Equal((KeyState.Revoked, "admin", _server.Time.GetUtcNow()), (shown.State, shown.RevokedBy, shown.RevokedAt));
    }

    [Fact]
    public async Task Revoke_ByAnotherProcess_IsRefusedWithinSeconds()
    {
        var ci = await Asker.OfAsync(_server, new Grant(Role.Viewer));
        Assert.Equal(200, (await ci.GetAsync("whoami")).Status);

        await new ApiKeys(_server.Services.Ports.State, _server.Time).RevokeAsync(ci.KeyId!, "another");
        _server.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(401, (await ci.GetAsync("whoami")).Status);
    }

    [Fact]
    public async Task Expiry_Reached_IsRefusedToTheInstant()
    {
        var made = (await _admin.AskAsync(HttpMethod.Post, "keys", new CreateKey { Name = "short", Grants = [new Grant(Role.Viewer)], ExpiresAt = _server.Time.GetUtcNow().AddSeconds(3) })).Read<KeyCreated>();
        var brief = new Asker(_server, made.Secret);
        Assert.Equal(200, (await brief.GetAsync("whoami")).Status);

        _server.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal((401, SecurityErrors.KeyRefused), await brief.GetAsync("whoami") is var answer ? (answer.Status, answer.Code) : default);
    }

    [Fact]
    public async Task Use_OnTwoDays_IsNotedOnceADay()
    {
        var day = DateOnly.FromDateTime(_server.Time.GetUtcNow().UtcDateTime);
        async Task<(DateOnly?, string)> NotedAsync() => ((await _admin.GetAsync($"keys/{_admin.KeyId}")).Read<KeyResource>().LastUsedOn, (await _server.Services.Ports.State.GetAsync($"keys/{_admin.KeyId}/"))!.ETag);

        var first = await NotedAsync();
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        var again = await NotedAsync();
        _server.Time.Advance(TimeSpan.FromDays(1));
        var next = await NotedAsync();

        Assert.Equal((day, first, day.AddDays(1)), (first.Item1, again, next.Item1));
    }
}
