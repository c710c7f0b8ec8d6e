using System.Net;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class RunEndpointTests : IAsyncLifetime
{
    private const string Hello = """
        name: hello
        tasks:
          greet: {step: {say: hello}}
          part: {after: greet, step: {}}
        """;

    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        await _server.PublishAsync(Hello);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Trigger_PublishedDag_IsAcceptedWithWhereToLook()
    {
        using var answer = await _server.SendAsync(HttpMethod.Post, "dags/hello/runs", new TriggerPublished { Run = new RunGiven { RunId = "a run" } });

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("/api/v1/runs/a%20run", answer.Headers.Location?.OriginalString);
        await _server.EndAsync("a run");
        var run = await _server.SendAsync<RunResource>(HttpMethod.Get, "runs/a%20run/wait?timeout=1m");
        Assert.Equal((RunStatus.Success, true, 2), (run.Status, run.Final, run.Counts["success"]));
    }

    [Fact]
    public async Task Trigger_SameIdTwice_IsOneRun()
    {
        var asked = new TriggerPublished { Run = new RunGiven { RunId = "r" } };

        Assert.True((await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/hello/runs", asked)).Created);
        Assert.False((await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/hello/runs", asked)).Created);
    }

    [Fact]
    public async Task Pause_RunUnderWay_ShowsAsRunningToScripts()
    {
        await _server.PublishAsync("{name: long, tasks: {one: {step: {wait: true}}}}");
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/long/runs", new TriggerPublished { Run = new RunGiven { RunId = "r" } });
        await _server.Steps.Waits;
        Assert.Equal(new CommandTaken("r", true), await _server.SendAsync<CommandTaken>(HttpMethod.Post, "runs/r/pause"));

        var run = await _server.ShownAsync("r", shown => shown.State is RunStatus.Paused);
        Assert.Equal(RunStatus.Running, run.Status);
        _server.Steps.Go();
    }

    [Fact]
    public async Task Clear_UnknownTask_SaysWhichWasMeant()
    {
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/hello/runs", new TriggerPublished { Run = new RunGiven { RunId = "r" } });

        var problem = await _server.RefusedAsync(HttpMethod.Post, "runs/r/clear", new ClearCommand { Tasks = [new InstanceSelector("gret", [])] });

        Assert.Equal((404, ApiErrors.NoTask), (problem.Status, problem.Code));
        Assert.Contains("'greet'", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_UnknownRun_IsNotFound() => Assert.Equal((404, ApiErrors.NoRun), await _server.RefusedAsync(HttpMethod.Get, "runs/nobody") is var problem ? (problem.Status, problem.Code) : default);

    [Fact]
    public async Task Body_UnknownField_IsRefusedByName()
    {
        var problem = await _server.RefusedAsync(HttpMethod.Post, "dags/hello/runs", new { run = new { }, owner = "me" });

        Assert.Equal((400, ApiErrors.BadRequest), (problem.Status, problem.Code));
        Assert.Contains("owner", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_ThatIsNotThere_IsAProblemToo() => Assert.Equal(ApiErrors.NoSuchPath, (await _server.RefusedAsync(HttpMethod.Get, "nothing/here")).Code);

    [Fact]
    public async Task SignIn_NotOpen_IsNeeded()
    {
        await using var closed = await ApiTestServer.StartAsync(options => options with { Open = false });

        var problem = await closed.RefusedAsync(HttpMethod.Get, "runs/r");

        Assert.Equal((401, ApiErrors.SignInNeeded), (problem.Status, problem.Code));
    }
}
