using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class ApprovalEndpointTests : IAsyncLifetime
{
    private const string Ships = """
        name: ships
        tasks:
          pack: {step: {}}
          may_ship: {after: pack, approval: {question: "Ship?", choices: [approve, reject]}}
        """;

    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        await _server.PublishAsync(Ships, new Caller("ana", "a"));
        _server.Someone = Somebody.With(Role.Operator, "a");
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/ships/runs", new TriggerPublished { Run = new RunGiven { RunId = "r" } });
        await _server.Engine.Embedded.IdleAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Answer_OpenQuestion_HoldsAndLetsTheRunGoOn()
    {
        Assert.Equal("may_ship", Assert.Single((await _server.SendAsync<Page<ApprovalQuestion>>(HttpMethod.Get, "approvals?dag=ships")).Items).TaskId);

        var answered = await _server.SendAsync<ApprovalAnswered>(HttpMethod.Post, "runs/r/approvals/may_ship", new AnswerQuestion { Choice = "approve", Note = "seen", From = "the moon" });

        Assert.Equal(("approve", "ana", null), (answered.Approval.Decision?.Choice, answered.Approval.Decision?.By, answered.Approval.Decision?.From));
        Assert.Equal("a", Assert.Single(answered.Approval.Decision!.Groups));
        Assert.Equal(RunStatus.Success, (await _server.EndAsync("r")).Body.Status);
        Assert.False(Assert.Single((await _server.SendAsync<Page<ApprovalView>>(HttpMethod.Get, "runs/r/approvals")).Items).Open);
    }

    [Fact]
    public async Task Answer_Another_IsAConflict()
    {
        await _server.SendAsync<ApprovalAnswered>(HttpMethod.Post, "runs/r/approvals/may_ship", new AnswerQuestion { Choice = "approve" });

        var problem = await _server.RefusedAsync(HttpMethod.Post, "runs/r/approvals/may_ship", new AnswerQuestion { Choice = "reject" });

        Assert.Equal((409, ApprovalErrors.Answered), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task Get_TaskThatAsksNothing_SaysSo()
    {
        Assert.Equal((404, ApprovalErrors.NoQuestion), await _server.RefusedAsync(HttpMethod.Get, "runs/r/approvals/pack") is var nothing ? (nothing.Status, nothing.Code) : default);
        Assert.Contains("did you mean 'may_ship'?", (await _server.RefusedAsync(HttpMethod.Get, "runs/r/approvals/may_shp")).Detail, StringComparison.Ordinal);
        Assert.True((await _server.SendAsync<ApprovalView>(HttpMethod.Get, "runs/r/approvals/may_ship?try=1")).Open);
    }

    [Fact]
    public async Task List_OtherTeam_IsEmpty()
    {
        _server.Someone = Somebody.With(Role.Admin, "b");

        Assert.Empty((await _server.SendAsync<Page<ApprovalQuestion>>(HttpMethod.Get, "approvals")).Items);
        Assert.Equal(ApiErrors.NoRun, (await _server.RefusedAsync(HttpMethod.Post, "runs/r/approvals/may_ship", new AnswerQuestion { Choice = "approve" })).Code);
    }
}
