using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class TeamTests : IAsyncLifetime
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
    public async Task Define_Again_ChangesTheDescriptionAlone()
    {
        var first = await DefineAsync("red", "the first");
        _server.Time.Advance(TimeSpan.FromHours(1));
        var second = await DefineAsync("red", "another");

        Assert.Equal(first with { Description = "another" }, second);
        Assert.Equal(second, Assert.Single((await _admin.GetAsync("teams")).Read<Page<Team>>().Items));
    }

    [Theory]
    [InlineData("a%20b")]
    [InlineData("a%2Fb")]
    [InlineData("a@b")]
    public async Task Define_NameThatIsNone_IsRefused(string name) => Assert.Equal((422, SecurityErrors.Team), await _admin.AskAsync(HttpMethod.Put, $"teams/{name}", new DefineTeam()) is var answer ? (answer.Status, answer.Code) : default);

    [Fact]
    public async Task List_ByAMember_ShowsTheirOwnAlone()
    {
        foreach (var name in new[] { "a", "a-b", "b" }) await DefineAsync(name);
        var member = await Asker.OfAsync(_server, new Grant(Role.Admin, "a"));

        Assert.Equal(["a"], (await member.GetAsync("teams")).Read<Page<Team>>().Items.Select(team => team.Name));
        Assert.Equal((200, 404), ((await member.GetAsync("teams/a")).Status, (await member.GetAsync("teams/a-b")).Status));
        Assert.Equal(403, (await member.AskAsync(HttpMethod.Put, "teams/a", new DefineTeam("mine"))).Status);
        Assert.Equal(403, (await member.AskAsync(HttpMethod.Delete, "teams/a")).Status);
    }

    [Fact]
    public async Task Undefined_WhereTeamsAre_CannotBeNamed()
    {
        Assert.Equal(201, (await KeyOfAsync("later")).Status);
        await DefineAsync("red");

        Assert.Equal((201, 422), ((await KeyOfAsync("red")).Status, (await KeyOfAsync("rde")).Status));
        Assert.Equal(200, (await PublishAsync(_admin, "hello", "red")).Status);
        Assert.Equal((422, SecurityErrors.UndefinedTeam), await PublishAsync(_admin, "other", "rde") is var answer ? (answer.Status, answer.Code) : default);
    }

    [Fact]
    public async Task Remove_NamedByADagOrKey_IsRefusedUntilItIsNot()
    {
        await DefineAsync("red");
        await PublishAsync(_admin, "hello", "red");
        var key = (await KeyOfAsync("red")).Read<KeyCreated>().Key.Id;
        async Task<(int, string?)> RemoveAsync() => await _admin.AskAsync(HttpMethod.Delete, "teams/red") is var answer && answer.Status == 204 ? (204, null) : (answer.Status, answer.Code);

        Assert.Equal((409, SecurityErrors.TeamInUse), await RemoveAsync());
        Assert.Equal(204, (await _admin.AskAsync(HttpMethod.Delete, "dags/hello")).Status);
        Assert.Equal((409, SecurityErrors.TeamInUse), await RemoveAsync());
        Assert.Equal(204, (await _admin.AskAsync(HttpMethod.Delete, $"keys/{key}")).Status);
        Assert.Equal((204, null), await RemoveAsync());
        Assert.Equal((404, SecurityErrors.NoTeam), await RemoveAsync());
    }

    [Fact]
    public async Task Publish_DagOfAnotherTeam_IsRefusedAndNothingIsLost()
    {
        var red = await Asker.OfAsync(_server, new Grant(Role.Author, "red"));
        var blue = await Asker.OfAsync(_server, new Grant(Role.Author, "blue"));
        Assert.Equal(200, (await PublishAsync(red, "hello", null)).Status);

        Assert.Equal(403, (await PublishAsync(blue, "hello", null)).Status);
        Assert.Equal(403, (await PublishAsync(blue, "hello", "red")).Status);
        Assert.Equal(403, (await PublishAsync(blue, "mine", "red")).Status);
        Assert.Equal(404, (await blue.AskAsync(HttpMethod.Delete, "dags/hello")).Status);

        var shown = (await red.GetAsync("dags/hello")).Read<PublishedDag>();
        Assert.Equal(("red", 1), (shown.Team, shown.Current?.Number));
        Assert.Equal(404, (await _admin.GetAsync("dags/mine")).Status);
    }

    [Fact]
    public async Task Publish_DagOfNobody_IsNotGivenToATeamThatOneIsNotOf()
    {
        var blue = await Asker.OfAsync(_server, new Grant(Role.Author, "blue"));
        await _server.PublishAsync("{name: hello, tasks: {one: {step: {}}}}");

        Assert.Equal(403, (await PublishAsync(blue, "hello", "red")).Status);
        Assert.Null((await _admin.GetAsync("dags/hello")).Read<PublishedDag>().Team);
    }

    private async Task<Team> DefineAsync(string name, string? description = null) => (await _admin.AskAsync(HttpMethod.Put, $"teams/{name}", new DefineTeam(description))).Read<Team>();

    private Task<Answer> KeyOfAsync(string team) => _admin.AskAsync(HttpMethod.Post, "keys", new CreateKey { Name = "k", Grants = [new Grant(Role.Viewer, team)] });

    private Task<Answer> PublishAsync(Asker by, string dag, string? team) => by.AskAsync(HttpMethod.Post, "dags", new PublishRequest
    {
        Spec = System.Text.Json.JsonDocument.Parse(DagJson.Serialize(ApiTestServer.Yaml($"{{name: {dag}, tasks: {{one: {{step: {{say: '{team}'}}}}}}}}"))).RootElement,
        Operators = [_server.Steps.Manifest],
        Team = team,
    });
}
