using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class BulkEndpointTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        await _server.PublishAsync("{name: mine, tasks: {one: {step: {}}}}", new Caller("ana", "a"));
        await _server.PublishAsync("{name: theirs, tasks: {one: {step: {}}}}", new Caller("bob", "b"));
        foreach (var run in (string[])["mine-1", "mine-2", "theirs-1"])
        {
            await _server.Services.Catalogue.TriggerAsync(run[..^2], trigger => trigger with { RunId = run });
            await _server.EndAsync(run);
        }
        _server.Someone = Somebody.With(Role.Operator, "a");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Match_ForATeam_LeavesOutThoseOfOthers()
    {
        var found = await _server.SendAsync<RunMatch>(HttpMethod.Post, "runs/match", new RunFilter { Statuses = [RunStatus.Success] });

        Assert.Equal(["mine-1", "mine-2"], found.Ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rerun_SomeForbidden_DoesTheOthers()
    {
        var results = await _server.SendAsync<BulkResult[]>(HttpMethod.Post, "runs/bulk", new BulkCommand { RunIds = ["mine-1", "theirs-1", "nobody"], Rerun = new Rerun { By = "somebody else" } });

        Assert.Equal([true, false, false], results.Select(result => result.Done));
        Assert.Contains("no run 'theirs-1'", results[1].Problem, StringComparison.Ordinal);
        var run = await _server.SendAsync<RunResource>(HttpMethod.Get, $"runs/{results[0].NewRun}");
        Assert.Equal(("mine-1", "ana"), (run.RerunOf, run.TriggeredBy));
    }

    [Fact]
    public async Task Clear_UnknownTask_IsToldOfThatRun()
    {
        var results = await _server.SendAsync<BulkResult[]>(HttpMethod.Post, "runs/bulk", new BulkCommand { RunIds = ["mine-1"], Clear = new ClearCommand { Tasks = [new InstanceSelector("on", [])] } });

        Assert.Contains("did you mean 'one'?", results[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bulk_TwoThingsAtOnce_IsRefused()
    {
        var both = new BulkCommand { RunIds = ["mine-1"], Cancel = new CancelCommand(), Pause = new PauseCommand(true) };

        Assert.Equal((400, ApiErrors.BadRequest), await _server.RefusedAsync(HttpMethod.Post, "runs/bulk", both) is var problem ? (problem.Status, problem.Code) : default);
    }
}
