using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

/// <summary>
/// CVE-2023-42663, CVE-2024-26280: what belongs to another team is neither shown nor changed, whichever route, role and way of naming it. The
/// names of the two teams are prefixes of each other.
/// </summary>
public sealed class TeamMatrixTests : IAsyncLifetime
{
    private static readonly Role[] Roles = Enum.GetValues<Role>();

    private readonly TeamObjects _a = new("a", "crimson");
    private readonly TeamObjects _ab = new("a-b", "indigo");
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        await _a.SeedAsync(_server);
        await _ab.SeedAsync(_server);
        // Nothing changes by itself from here on.
        await _server.Engine.Embedded.IdleAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public void Parameters_OfRoutes_AreKnownHere() =>
        Assert.Empty(Route.All(_server).Where(route => !route.IsOpen).SelectMany(route => route.Parameters).Where(parameter => !_a.Knows(parameter)).Distinct());

    [Fact]
    public async Task Foreign_ByEveryRouteAndRole_IsNeitherShownNorChanged()
    {
        var wrong = new List<string>();
        foreach (var (own, foreign) in new[] { (_a, _ab), (_ab, _a) })
        {
            var before = await ShownAsync(foreign);
            foreach (var role in Roles)
            {
                var asker = await Asker.OfAsync(_server, new Grant(role, own.Team));
                foreach (var route in Route.All(_server).Where(route => !route.IsOpen))
                    foreach (var request in RouteRequest.All(route, foreign))
                        if (Wrong(role, route, request, foreign, await AskAsync(asker, route, request)) is { } why) wrong.Add($"{role} of {own.Team}: {route.Method} {request.Path} {request.Body?.ToJsonString()}: {why}");
            }
            Assert.Equal(before, await ShownAsync(foreign));
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>That what is not shown above is there to be seen.</summary>
    [Fact]
    public async Task Own_ByEveryRouteThatShowsIt_IsShown()
    {
        foreach (var own in new[] { _a, _ab })
        {
            var asker = await Asker.OfAsync(_server, new Grant(Role.Admin, own.Team));
            foreach (var route in Route.All(_server).Where(route => route is { Method: "GET", IsOpen: false } && route.Parameters.Count == 1 && TeamObjects.IsOfTeam(route.Parameters[0])))
            {
                var statuses = new List<int>();
                foreach (var request in RouteRequest.All(route, own)) statuses.Add((await AskAsync(asker, route, request)).Status);
                Assert.True(statuses.Contains(200), $"{route}: {string.Join(' ', statuses)}");
            }
        }
    }

    /// <summary>What belongs to one says nothing of the other, as by what they wait for both.</summary>
    [Fact]
    public async Task Own_ByEveryRouteThatLooks_SaysNothingOfOthers()
    {
        var wrong = new List<string>();
        foreach (var (own, foreign) in new[] { (_a, _ab), (_ab, _a) })
        {
            var asker = await Asker.OfAsync(_server, new Grant(Role.Admin, own.Team));
            foreach (var route in Route.All(_server).Where(route => route is { Method: "GET", IsOpen: false }))
                foreach (var request in RouteRequest.All(route, own))
                    if (await AskAsync(asker, route, request) is var answer && (answer.Text.Contains(foreign.Word, StringComparison.Ordinal) || answer.Status >= 500)) wrong.Add($"{request.Path}: {answer.Status} {answer.Text}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>The same id again is the same thing, and may be another team's.</summary>
    [Fact]
    public async Task Id_OfAnotherTeam_IsTakenAndNothingElse()
    {
        var asker = await Asker.OfAsync(_server, new Grant(Role.Author, "a"));
        var run = new RunGiven { RunId = _ab.Ids("runId")[0] };
        var now = _server.Time.GetUtcNow();

        foreach (var answer in new[]
        {
            await asker.AskAsync(HttpMethod.Post, $"dags/{_a.Word}/runs", new TriggerPublished { Run = run }),
            await asker.AskAsync(HttpMethod.Post, "runs", new TriggerInline { Spec = JsonDocument.Parse(DagJson.Serialize(ApiTestServer.Yaml("{name: mine, tasks: {one: {step: {}}}}"))).RootElement, Operators = [_server.Steps.Manifest], Run = run }),
            await asker.AskAsync(HttpMethod.Post, "backfills", new CreateBackfill { Dag = _a.Word, Id = _ab.Ids("backfillId")[0], From = now.AddDays(-2), To = now }),
        })
        {
            Assert.Equal((409, SecurityErrors.IdTaken), (answer.Status, answer.Code));
            Assert.DoesNotContain(_ab.Content, answer.Text, StringComparison.Ordinal);
        }
    }

    private static string? Wrong(Role role, Route route, RouteRequest request, TeamObjects foreign, Answer answer)
    {
        if (role < route.Needed!.Role) return answer.Status == 403 ? null : $"{answer.Status}, not 403";
        if (answer.Text.Contains(foreign.Content, StringComparison.Ordinal) || (!request.Names && answer.Text.Contains(foreign.Word, StringComparison.Ordinal))) return $"shows {answer.Text}";
        if (answer.Status >= 500) return $"{answer.Status} {answer.Text}";
        // An empty list is what there is of a name that nobody has.
        if (request.IsOfTeam) return answer.Status is 403 or 404 || (route.Method == "GET" && answer is { Status: 200, Text: """{"items":[]}""" }) ? null : $"{answer.Status}, neither 403 nor 404: {answer.Text}";
        // What nobody looked at proves nothing.
        return answer.Status is 400 or 415 ? $"not understood: {answer.Text}" : null;
    }

    private static Task<Answer> AskAsync(Asker asker, Route route, RouteRequest request) => asker.AskAsync(new HttpMethod(route.Method), request.Path, route.BodyType is null or "application/json" ? request.Body : new StringContent("", null, route.BodyType));

    /// <summary>What belongs to a team, as who may see all of it sees it.</summary>
    private async Task<string> ShownAsync(TeamObjects ids)
    {
        var admin = await Asker.OfAsync(_server, new Grant(Role.Admin));
        var shown = new List<string>();
        foreach (var path in ids.Ids("dag").Select(id => $"dags/{id}").Concat(ids.Ids("runId").Select(id => $"runs/{id}")).Concat(ids.Ids("backfillId").Select(id => $"backfills/{id}")).Concat(ids.Ids("keyId").Select(id => $"keys/{id}")).Append($"teams/{ids.Team}").Concat(ids.Ids("runId").Select(id => $"runs/{id}/approvals")))
            shown.Add($"{path} {await admin.GetAsync(path) is var answer} {answer.Status} {answer.Text}");
        return string.Join('\n', shown);
    }
}
