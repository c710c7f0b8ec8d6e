using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class RunListTests : IAsyncLifetime
{
    private const string Load = """
        name: load
        labels: {kind: nightly}
        params:
          region: {indexed: true, default: south}
          year: {indexed: true, default: 2026}
          secret: {default: none}
        tasks:
          one: {step: {say: hello}}
        """;

    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        await _server.PublishAsync(Load);
        await _server.PublishAsync("{name: broken, tasks: {one: {step: {fail: it is broken}}}}");
        await _server.PublishAsync("{name: long, tasks: {one: {step: {wait: true}}}}");
        await _server.PublishAsync("{name: single, max_active_runs: 1, tasks: {one: {step: {wait: true}}}}");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private async Task TriggerAsync(string dag, string runId, RunGiven? given = null, bool ends = true)
    {
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, $"dags/{dag}/runs", new TriggerPublished { Run = (given ?? new RunGiven()) with { RunId = runId } });
        if (ends) await _server.EndAsync(runId);
    }

    private Task<RunPage> ListAsync(string query) => _server.SendAsync<RunPage>(HttpMethod.Get, "runs?" + query);

    private async Task<string[]> IdsAsync(string query) => [.. (await ListAsync(query)).Items.Select(run => run.RunId)];

    private static JsonElement Conf(object conf) => JsonSerializer.SerializeToElement(conf);

    [Fact]
    public async Task List_EveryFilter_FindsOnlyWhatFits()
    {
        await TriggerAsync("load", "a", new RunGiven { Conf = Conf(new { region = "north" }), Labels = ImmutableSortedDictionary<string, string>.Empty.Add("who", "me") });
        await TriggerAsync("load", "b", new RunGiven { Conf = Conf(new { year = 1e3 }), BusinessKey = "order/7", Note = "after the Flood" });
        await TriggerAsync("broken", "c");
        await TriggerAsync("long", "d", ends: false);
        await _server.Steps.Waits;
        await _server.ShownAsync("d", run => run.State is RunStatus.Running);

        Assert.Equal(["d", "c", "b", "a"], await IdsAsync(""));
        Assert.Equal(["b", "a"], await IdsAsync("dag=load"));
        Assert.Equal(["c"], await IdsAsync("state=failed"));
        Assert.Equal(["c"], await IdsAsync("state=failed&dag=broken"));
        Assert.Empty(await IdsAsync("state=failed&dag=load"));
        Assert.Equal(["d", "c"], await IdsAsync("state=failed&state=running"));
        Assert.Equal(["b", "a"], await IdsAsync("state=success"));
        Assert.Equal(["a"], await IdsAsync("label=who%3Dme"));
        Assert.Equal(["b", "a"], await IdsAsync("label=kind%3Dnightly"));
        Assert.Equal(["a"], await IdsAsync("label=kind%3Dnightly&label=who%3Dme&state=success"));
        Assert.Equal(["a"], await IdsAsync("conf=region%3Dnorth"));
        Assert.Equal(["b"], await IdsAsync("conf=region%3Dsouth&conf=year%3D1000.0"));
        Assert.Empty(await IdsAsync("conf=secret%3Dnone"));
        Assert.Equal(["b"], await IdsAsync("businessKey=order/7"));
        Assert.Equal(["b"], await IdsAsync("q=flood"));
        Assert.Equal(["c"], await IdsAsync("q=BROK"));
        Assert.Equal(["d", "c", "b", "a"], await IdsAsync("trigger=manual"));
        Assert.Empty(await IdsAsync("trigger=schedule"));
        _server.Steps.Go();
    }

    [Fact]
    public async Task List_BetweenTimes_ExcludesItsEndOnly()
    {
        await TriggerAsync("load", "a");
        await TriggerAsync("load", "b");
        await TriggerAsync("load", "c");
        var (b, c) = ((await _server.SendAsync<RunResource>(HttpMethod.Get, "runs/b")).CreatedAt, (await _server.SendAsync<RunResource>(HttpMethod.Get, "runs/c")).CreatedAt);

        Assert.Equal(["b"], await IdsAsync($"since={b:O}&until={c:O}"));
        Assert.Equal(["b", "a"], await IdsAsync($"until={c:O}"));
    }

    [Fact]
    public async Task List_InPagesWhileRunsCome_ShowsEachOnce()
    {
        for (var n = 0; n < 5; n++) await TriggerAsync("load", $"r{n}");
        var first = await ListAsync("count=2");
        await TriggerAsync("load", "late");
        var second = await ListAsync($"count=2&after={first.Next}");
        var third = await ListAsync($"count=2&after={second.Next}");

        Assert.Equal(["r4", "r3", "r2", "r1", "r0"], first.Items.Concat(second.Items).Concat(third.Items).Select(run => run.RunId));
        Assert.Null(third.Next);
    }

    [Fact]
    public async Task List_StateThatChanges_FollowsTheRun()
    {
        await TriggerAsync("broken", "r");
        Assert.Equal(["r"], await IdsAsync("state=failed"));

        await _server.SendAsync<CommandTaken>(HttpMethod.Post, "runs/r/mark", new MarkCommand([new InstanceSelector("one", [])], TaskState.Success));
        await _server.ShownAsync("r", run => run.State is RunStatus.Success);
        await _server.EndAsync("r");

        Assert.Empty(await IdsAsync("state=failed"));
        Assert.Empty(await IdsAsync("state=failed&dag=broken"));
        Assert.Equal(["r"], await IdsAsync("state=success"));
    }

    [Fact]
    public async Task List_RunsThatWaitForASlot_AreQueuedUntilTheyStart()
    {
        await TriggerAsync("single", "first", ends: false);
        await _server.Steps.Waits;
        await TriggerAsync("single", "second", ends: false);
        await _server.ShownAsync("first", run => run.State is RunStatus.Running);
        await _server.ShownAsync("second", run => run.Reason is not null);

        Assert.Equal(["first"], await IdsAsync("state=running"));
        Assert.Equal(["second"], await IdsAsync("state=queued"));
        _server.Steps.Go();
        await _server.EndAsync("second");
        Assert.Empty(await IdsAsync("state=running&state=queued&state=paused"));
    }

    [Fact]
    public async Task List_LabelsChangedLater_FollowsThem()
    {
        await TriggerAsync("load", "r");
        await _server.SendAsync<RunNote>(HttpMethod.Patch, "runs/r/note", new ChangeNote
        {
            Note = "looked at",
            Labels = ImmutableSortedDictionary<string, string?>.Empty.Add("kind", null).Add("owner", "ada"),
        });

        Assert.Equal(["r"], await IdsAsync("label=owner%3Dada"));
        Assert.Empty(await IdsAsync("label=kind%3Dnightly"));
        var run = Assert.Single((await ListAsync("q=looked")).Items);
        Assert.Equal(("looked at", "ada"), (run.Note, run.Labels["owner"]));
    }

    [Theory]
    [InlineData("state=done", "done")]
    [InlineData("label=who", "label=region=north")]
    [InlineData("label=a%3D1&label=a%3D2", "two values")]
    [InlineData("since=yesterday", "yesterday")]
    [InlineData("after=here", "'after'")]
    [InlineData("count=0", "'count'")]
    [InlineData("q=%20", "'q'")]
    public async Task List_WhatCannotBeRead_IsRefused(string query, string says)
    {
        var problem = await _server.RefusedAsync(HttpMethod.Get, "runs?" + query);

        Assert.Equal((400, ApiErrors.BadRequest), (problem.Status, problem.Code));
        Assert.Contains(says, problem.Detail, StringComparison.Ordinal);
    }
}
