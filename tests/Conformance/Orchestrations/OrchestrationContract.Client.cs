using Updraft.Orchestration;

namespace Updraft.Conformance;

/// <content>What a client may rely on.</content>
public abstract partial class OrchestrationContract
{
    [Fact]
    public async Task Schedule_IdTaken_IsFalseAlsoAfterTheEnd()
    {
        await RunAsync(_ => Task.FromResult<object?>(1));
        Assert.False(await _engine.Client.ScheduleNewOrchestrationInstanceAsync("code", null, new() { InstanceId = "i" }));
    }

    [Fact]
    public async Task Schedule_FortyTimesAtOnce_OneInstance()
    {
        _registry.AddOrchestrator("code", context => Task.FromResult<object?>(context.GetInput<int>()));
        await _engine.StartAsync(_registry);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(() => _engine.Client.ScheduleNewOrchestrationInstanceAsync("code", n, new() { InstanceId = "i" }))));
        var winner = Assert.Single(answers.Index(), answer => answer.Item);
        Assert.Equal(winner.Index, (await _engine.WaitForEndAsync("i")).Output!.Value.GetInt32());
    }

    [Theory]
    [InlineData("")]
    [InlineData("@a")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    [InlineData("\u202e")]
    public async Task Schedule_BadId_IsRefused(string id) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _engine.Client.ScheduleNewOrchestrationInstanceAsync("code", null, new() { InstanceId = id }));

    [Fact]
    public async Task Schedule_TagsAndVersion_AreSeen()
    {
        var end = await RunAsync(context => Task.FromResult<object?>(context.Version + context.InstanceId), options => options with { Version = "v7", Tags = options.Tags.Add("run", "r1") });
        Assert.Equal("v7i", end.Output!.Value.GetString());
        Assert.Equal("r1", end.Tags["run"]);
    }

    [Fact]
    public async Task GetAllInstancesAsync_PrefixAndStatus_AreKeptTo()
    {
        _registry.AddOrchestrator("code", async context =>
        {
            if (context.InstanceId.EndsWith('w')) await context.WaitForExternalEvent<int>("never");
            return 1;
        });
        await _engine.StartAsync(_registry);
        foreach (var id in new[] { "a1", "a2", "a3w", "b1" }) await _engine.Client.ScheduleNewOrchestrationInstanceAsync("code", null, new() { InstanceId = id });
        foreach (var id in new[] { "a1", "a2", "b1" }) await _engine.WaitForEndAsync(id);
        await _engine.SettleAsync();
        Assert.Equal(["a1", "a2", "a3w"], await ListAsync(new() { InstanceIdPrefix = "a" }));
        Assert.Equal(["a1", "a2", "b1"], await ListAsync(new() { Statuses = [OrchestrationRuntimeStatus.Completed] }));
        Assert.Equal(["a3w"], await ListAsync(new() { Statuses = [OrchestrationRuntimeStatus.Running] }));
    }

    [Fact]
    public async Task PurgeInstanceAsync_Ended_IsGoneAndItsIdIsFree()
    {
        await RunAsync(_ => Task.FromResult<object?>(1));
        Assert.True(await _engine.Client.PurgeInstanceAsync("i"));
        Assert.Null(await _engine.Client.GetInstanceAsync("i"));
        Assert.False(await _engine.Client.PurgeInstanceAsync("i"));
        Assert.True(await _engine.Client.ScheduleNewOrchestrationInstanceAsync("code", null, new() { InstanceId = "i" }));
    }

    [Fact]
    public async Task PurgeInstanceAsync_Running_IsRefused()
    {
        await StartAsync(async context => await context.WaitForExternalEvent<int>("never"));
        Assert.False(await _engine.Client.PurgeInstanceAsync("i"));
    }

    [Fact]
    public async Task TerminateInstanceAsync_Waiting_Ends()
    {
        await StartAsync(async context => await context.WaitForExternalEvent<int>("never"));
        await _engine.Client.TerminateInstanceAsync("i", "enough");
        var end = await _engine.WaitForEndAsync("i");
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("enough", end.FailureDetails);
    }

    [Fact]
    public async Task SuspendInstanceAsync_TakesNoTurnsUntilResumed()
    {
        await StartAsync(async context =>
        {
            await context.WaitForExternalEvent<int>("go");
            return "went";
        });
        await _engine.Client.SuspendInstanceAsync("i");
        await _engine.Client.RaiseEventAsync("i", "go", 1);
        await _engine.SettleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await GetAsync()).RuntimeStatus);
        await _engine.Client.ResumeInstanceAsync("i");
        while ((await GetAsync()).RuntimeStatus == OrchestrationRuntimeStatus.Running)
        {
            await _engine.Client.RaiseEventAsync("i", "go", 1);
            await _engine.SettleAsync();
        }
        Assert.Equal("went", (await GetAsync()).Output!.Value.GetString());
    }

    private async Task<List<string>> ListAsync(OrchestrationQuery query)
    {
        var found = new List<string>();
        await foreach (var instance in _engine.Client.GetAllInstancesAsync(query)) found.Add(instance.InstanceId);
        return [.. found.Order(StringComparer.Ordinal)];
    }
}
