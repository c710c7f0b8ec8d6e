using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class RunTaskTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        // Above 200 instances a map is split into parts.
        await _server.PublishAsync($$$"""
            name: wide
            tasks:
              one: {step: {}}
              each: {map: {over: [{{{string.Join(", ", Enumerable.Range(0, 450))}}}]}, step: {}}
              last: {after: each, step: {fail: no more}}
            """);
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/wide/runs", new TriggerPublished { Run = new RunGiven { RunId = "r" } });
        await _server.EndAsync("r");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private Task<Page<TaskInstanceResource>> PageAsync(string query) => _server.SendAsync<Page<TaskInstanceResource>>(HttpMethod.Get, "runs/r/instances?" + query);

    [Fact]
    public async Task Tasks_WithParts_AreCountedByTask()
    {
        for (var again = 0; again < 2; again++)
        {
            var tasks = await _server.SendAsync<RunTask[]>(HttpMethod.Get, "runs/r/tasks");

            Assert.Equal([("each", 450, 450), ("last", 1, 0), ("one", 1, 1)], tasks.Select(task => (task.Task, task.Instances, task.Counts.GetValueOrDefault(TaskState.Success))).OrderBy(task => task.Task, StringComparer.Ordinal));
            Assert.All(tasks, task => Assert.True(task.StartedAt <= task.EndedAt));
        }
    }

    [Fact]
    public async Task Instances_InPages_EachOnce()
    {
        var (seen, after) = (new List<string>(), "");
        do
        {
            var page = await PageAsync($"count=100{after}");
            seen.AddRange(page.Items.Select(instance => instance.Task + string.Join('/', instance.Place)));
            after = page.Next is null ? null : "&after=" + Uri.EscapeDataString(page.Next);
        }
        while (after is not null);

        Assert.Equal(452, seen.Count);
        Assert.Equal(452, seen.Distinct().Count());
    }

    [Fact]
    public async Task Instances_Filtered_AreOnlyThose()
    {
        Assert.Equal("last", Assert.Single((await PageAsync("state=failed")).Items).Task);
        Assert.Equal("one", Assert.Single((await PageAsync("task=one")).Items).Task);
        Assert.Equal(450, (await PageAsync("task=each&state=success&count=1000")).Items.Length);
        Assert.Empty((await PageAsync("task=each&state=failed")).Items);
    }

    [Theory]
    [InlineData("after=first")]
    [InlineData("after=0.1.nothing")]
    [InlineData("state=done")]
    public async Task Instances_WhatCannotBeRead_IsRefused(string query) => Assert.Equal(ApiErrors.BadRequest, (await _server.RefusedAsync(HttpMethod.Get, "runs/r/instances?" + query)).Code);
}
