using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class AuditTests : IAsyncLifetime
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
    public async Task Change_Done_IsThereWithItsOutcomeOnceItIsAnswered()
    {
        var red = await Asker.OfAsync(_server, new Grant(Role.Operator, "red"));
        await PublishAsync("hello", "red");

        var answer = await red.AskAsync(HttpMethod.Post, "dags/hello/pause", new PauseDag("for a while"));

        var entry = Assert.Single(await ListAsync());
        Assert.Equal(("operator@red", "key", red.KeyId, 200), (entry.By, entry.Method, entry.KeyId, entry.Status));
        Assert.Equal(("POST /api/v1/dags/{dag}/pause", "hello", "red"), (entry.Action, entry.Object["dag"], Assert.Single(entry.Teams)));
        Assert.Equal((entry.Id, _server.Time.GetUtcNow()), (answer.Headers["X-Request-Id"], entry.At));
    }

    [Fact]
    public async Task Change_Refused_IsThereToo()
    {
        var red = await Asker.OfAsync(_server, new Grant(Role.Viewer, "red"));
        await PublishAsync("hello", "red");
        await red.AskAsync(HttpMethod.Post, "dags/hello/pause", new PauseDag());
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        await _admin.AskAsync(HttpMethod.Post, "dags/hello/pause", new { colour = "red" });
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        await _admin.AskAsync(HttpMethod.Post, "runs/nothing/cancel", new CancelCommand());

        Assert.Equal([404, 400, 403], (await ListAsync()).Select(entry => entry.Status));
    }

    [Fact]
    public async Task Look_IsNotThere()
    {
        await _admin.GetAsync("dags");
        await _admin.GetAsync("dags/nothing");

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Body_OfARequest_IsInNoEntry()
    {
        var made = (await _admin.AskAsync(HttpMethod.Post, "keys", new CreateKey { Name = "canary-name", Grants = [new Grant(Role.Viewer)] })).Read<KeyCreated>();
        await PublishAsync("hello", null);
        await _admin.AskAsync(HttpMethod.Post, "dags/hello/runs?token=canary-query", new TriggerPublished { Run = new RunGiven { Note = "canary-note" } });

        var text = (await _admin.GetAsync("audit")).Text;

        Assert.Contains(made.Key.Id, text, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(_admin.Secret!, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_Refused_IsThereAFewTimesAMinute()
    {
        var token = KeyToken.New();
        var guesser = new Asker(_server, token.Text);
        // Whoever has signed in before is not kept out.
        await _admin.GetAsync("whoami");
        for (var i = 0; i < RefusedSignIns.Most + 10; i++) await guesser.GetAsync("dags");

        var entries = await ListAsync("action=sign-in");

        Assert.Equal((RefusedSignIns.Most, SignInLimit.Most), (entries.Count, entries.Count(entry => entry.Status == 401)));
        Assert.All(entries, entry => Assert.Equal(("nobody", token.Id), (entry.By, entry.KeyId)));
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        await guesser.GetAsync("dags");
        Assert.Equal(RefusedSignIns.Most + 1, (await ListAsync("action=sign-in")).Count);
    }

    [Fact]
    public async Task List_ByAdminOfATeam_ShowsWhatConcernsItAlone()
    {
        var (a, ab) = (await Asker.OfAsync(_server, new Grant(Role.Admin, "a")), await Asker.OfAsync(_server, new Grant(Role.Admin, "a-b")));
        await PublishAsync("hello", "a");
        await PublishAsync("other", "a-b");
        await a.AskAsync(HttpMethod.Post, "dags/hello/pause", new PauseDag());
        await ab.AskAsync(HttpMethod.Post, "dags/other/pause", new PauseDag());
        await _admin.AskAsync(HttpMethod.Put, "teams/c", new DefineTeam());

        Assert.Equal(3, (await ListAsync()).Count);
        Assert.Equal(["a"], (await a.GetAsync("audit")).Read<Page<AuditEntry>>().Items.SelectMany(entry => entry.Teams));
        Assert.Empty((await a.GetAsync("audit?team=a-b")).Read<Page<AuditEntry>>().Items);
        Assert.Equal(403, (await (await Asker.OfAsync(_server, new Grant(Role.Author))).GetAsync("audit")).Status);
    }

    [Fact]
    public async Task List_Filtered_IsPagedNewestFirst()
    {
        var log = _server.Services.Audit;
        var start = _server.Time.GetUtcNow();
        for (var i = 0; i < 10; i++) await log.BeginAsync(Entry(i % 2 == 0 ? "ada" : "bob", start.AddMinutes(i)) with { Action = i < 5 ? "POST /x" : "DELETE /x", Teams = [i % 3 == 0 ? "a" : "a-b"] });
        async Task<string> MinutesAsync(string query) => string.Join(' ', (await ListAsync(query)).Select(entry => (entry.At - start).TotalMinutes));
        string At(int minute) => Uri.EscapeDataString(start.AddMinutes(minute).ToString("o"));

        Assert.Equal("9 8 7 6 5 4 3 2 1 0", await MinutesAsync("count=3"));
        Assert.Equal("9 7 5 3 1", await MinutesAsync("by=bob&count=2"));
        Assert.Equal("9 8 7 6 5", await MinutesAsync("action=DELETE"));
        Assert.Equal("9 6 3 0", await MinutesAsync("team=a&count=1"));
        Assert.Equal("6 5 4", await MinutesAsync($"since={At(4)}&until={At(7)}&count=2"));
        Assert.Equal("9 7 5", await MinutesAsync($"since={At(5)}&by=bob"));
        Assert.Equal(400, (await _admin.GetAsync("audit?after=../keys")).Status);
    }

    [Fact]
    public async Task Retention_AfterAYear_RemovesEntriesAndNoSooner()
    {
        await _server.Services.Audit.BeginAsync(Entry("ada", _server.Time.GetUtcNow()));
        _server.Time.Advance(TimeSpan.FromDays(365));
        await _server.Services.Audit.BeginAsync(Entry("bob", _server.Time.GetUtcNow()));

        Assert.Equal(0, (await _server.Services.Retention.RunOnceAsync(new RetentionPolicy())).Others["audit entries"]);
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, (await _server.Services.Retention.RunOnceAsync(new RetentionPolicy())).Others["audit entries"]);
        Assert.Equal("bob", Assert.Single(await ListAsync()).By);
    }

    private static AuditEntry Entry(string by, DateTimeOffset at) => new() { Id = Guid.NewGuid().ToString("N"), At = at, By = by, Action = "POST /x" };

    private async Task<List<AuditEntry>> ListAsync(string query = "")
    {
        var (found, after) = (new List<AuditEntry>(), "");
        do
        {
            var page = (await _admin.GetAsync($"audit?{query}{after}")).Read<Page<AuditEntry>>();
            found.AddRange(page.Items);
            after = page.Next is null ? "" : $"&after={Uri.EscapeDataString(page.Next)}";
        }
        while (after.Length > 0);
        return found;
    }

    private Task<PublishedDag> PublishAsync(string dag, string? team) => _server.PublishAsync($"{{name: {dag}, tasks: {{one: {{step: {{}}}}}}}}", new Caller("the test", team, AnyTeam: true));
}
