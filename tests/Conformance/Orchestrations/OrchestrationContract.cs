using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Conformance;

/// <summary>
/// What an orchestrator and a client may rely on with every engine, and with the weakest that the contract allows. So nothing here counts how
/// often an activity runs, and events are told until they are heard.
/// </summary>
public abstract class OrchestrationContract : IAsyncLifetime
{
    private readonly ActivityRegistry _registry = new();
    private OrchestrationHarness _engine = null!;

    protected abstract Task<OrchestrationHarness> OpenAsync();

    public async Task InitializeAsync()
    {
        _registry
            .Add("double", ActivityWeight.InProcess, context => Task.FromResult<object?>(2 * context.GetInput<int>()))
            .Add("throw", ActivityWeight.Bookkeeping, _ => throw new InvalidDataException("no good"))
            .Add("huge", ActivityWeight.Process, _ => Task.FromResult<object?>(new string('x', OrchestrationLimits.Payload)));
        _engine = await OpenAsync();
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task CallActivityAsync_Chain_PassesResultsOn()
    {
        var end = await RunAsync(async context =>
        {
            var value = context.GetInput<int>();
            for (var i = 0; i < 5; i++) value = await context.CallActivityAsync<int>("double", value);
            return value;
        }, input: 3);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(96, end.Output!.Value.GetInt32());
    }

    [Fact]
    public async Task CallActivityAsync_FanOut_AllResultsInTheirPlaces()
    {
        var end = await RunAsync(async context => await Task.WhenAll(Enumerable.Range(0, 50).Select(n => context.CallActivityAsync<int>("double", n))));
        Assert.Equal(Enumerable.Range(0, 50).Select(n => 2 * n), end.Output!.Value.Deserialize<int[]>()!);
    }

    [Fact]
    public async Task CallActivityAsync_Throws_TypeAndTextCross()
    {
        var end = await RunAsync(async context =>
        {
            var failure = await Assert.ThrowsAsync<ActivityFailedException>(() => context.CallActivityAsync<int>("throw"));
            return new[] { failure.ActivityName, failure.ErrorType, failure.ErrorMessage };
        });
        Assert.Equal(["throw", "System.IO.InvalidDataException", "no good"], end.Output!.Value.Deserialize<string[]>()!);
    }

    [Theory]
    [InlineData("huge")]
    [InlineData("unknown")]
    public async Task CallActivityAsync_CannotGiveAResult_Fails(string activity)
    {
        var end = await RunAsync(async context =>
        {
            await Assert.ThrowsAsync<ActivityFailedException>(() => context.CallActivityAsync<string>(activity));
            return "failed";
        });
        Assert.Equal("failed", end.Output!.Value.GetString());
    }

    [Fact]
    public async Task CallActivityAsync_InputOverItsLimit_IsRefused()
    {
        var end = await RunAsync(async context =>
        {
            await Assert.ThrowsAsync<ArgumentException>(() => context.CallActivityAsync<string>("double", new string('x', OrchestrationLimits.Payload)));
            return "refused";
        });
        Assert.Equal("refused", end.Output!.Value.GetString());
    }

    [Fact]
    public async Task CreateTimer_Fires_NotBeforeItsTime()
    {
        var end = await RunAsync(async context =>
        {
            var due = context.CurrentUtcDateTime.AddHours(3);
            await context.CreateTimer(due, default);
            return context.CurrentUtcDateTime >= due;
        });
        Assert.True(end.Output!.Value.GetBoolean());
    }

    [Fact]
    public async Task CreateTimer_Cancelled_DoesNotFire()
    {
        var end = await RunAsync(async context =>
        {
            using var cancel = new CancellationTokenSource();
            var start = context.CurrentUtcDateTime;
            var late = context.CreateTimer(start.AddDays(10), cancel.Token);
            await context.CallActivityAsync<int>("double", 1);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
            await context.CreateTimer(start.AddHours(1), default);
            return context.CurrentUtcDateTime < start.AddDays(1);
        });
        Assert.True(end.Output!.Value.GetBoolean());
    }

    [Fact]
    public async Task CreateTimer_InThePast_FiresAtOnce()
    {
        var end = await RunAsync(async context =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(-1), default);
            return 1;
        });
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
    }

    [Fact]
    public async Task CurrentUtcDateTime_WithinATurn_StandsStill()
    {
        var end = await RunAsync(async context =>
        {
            var before = context.CurrentUtcDateTime;
            await Task.Yield();
            return before == context.CurrentUtcDateTime && before.Kind == DateTimeKind.Utc;
        });
        Assert.True(end.Output!.Value.GetBoolean());
    }

    [Fact]
    public async Task WaitForExternalEvent_ToldUntilHeard_IsHeard()
    {
        await StartAsync(async context => await context.WaitForExternalEvent<int>("News"));
        while ((await GetAsync()).RuntimeStatus is OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running)
        {
            await _engine.Client.RaiseEventAsync("i", "nEWS", 7);
            await _engine.SettleAsync();
        }
        Assert.Equal(7, (await GetAsync()).Output!.Value.GetInt32());
    }

    [Fact]
    public async Task RaiseEventAsync_NobodyThere_IsLost()
    {
        await _engine.StartAsync(_registry);
        await _engine.Client.RaiseEventAsync("nobody", "news");
        Assert.Null(await _engine.Client.GetInstanceAsync("nobody"));
    }

    [Fact]
    public async Task RaiseEventAsync_AfterTheEnd_IsLost()
    {
        await RunAsync(_ => Task.FromResult<object?>(1));
        await _engine.Client.RaiseEventAsync("i", "news");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task ContinueAsNew_NewInput_StartsAfresh()
    {
        var end = await RunAsync(async context =>
        {
            var n = context.GetInput<int>();
            n = await context.CallActivityAsync<int>("double", n);
            if (n < 100) context.ContinueAsNew(n);
            return n;
        }, input: 1);
        Assert.Equal(128, end.Output!.Value.GetInt32());
    }

    [Fact]
    public async Task ContinueAsNew_WithWorkUnderWay_DropsItsResult()
    {
        var end = await RunAsync(async context =>
        {
            if (context.GetInput<int>() == 0)
            {
                _ = context.CallActivityAsync<int>("double", 1);
                await context.CallActivityAsync<int>("double", 2);
                context.ContinueAsNew(1);
                return null;
            }
            return await context.CallActivityAsync<int>("double", 21);
        }, input: 0);
        Assert.Equal(42, end.Output!.Value.GetInt32());
    }

    [Fact]
    public async Task NewGuid_InEveryReplay_IsTheSameAndNeverTheLast()
    {
        var end = await RunAsync(async context =>
        {
            var first = context.NewGuid();
            await context.CallActivityAsync<int>("double", 1);
            await context.CreateTimer(context.CurrentUtcDateTime.AddHours(1), default);
            return new[] { first, context.NewGuid() };
        });
        var ids = end.Output!.Value.Deserialize<Guid[]>()!;
        Assert.NotEqual(ids[0], ids[1]);
    }

    [Fact]
    public async Task Orchestrator_Throws_HasFailed()
    {
        var end = await RunAsync(async context =>
        {
            await context.CallActivityAsync<int>("double", 1);
            throw new InvalidDataException("broken here");
        });
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("broken here", end.FailureDetails);
    }

    [Fact]
    public async Task SetCustomStatus_IsShown()
    {
        var end = await RunAsync(async context =>
        {
            context.SetCustomStatus(new { Step = 1 });
            await context.CallActivityAsync<int>("double", 1);
            context.SetCustomStatus(new { Step = 2 });
            return 0;
        });
        Assert.Equal(2, end.CustomStatus!.Value.GetProperty("step").GetInt32());
    }

    [Fact]
    public async Task SetCustomStatus_OverItsLimit_IsRefused()
    {
        var end = await RunAsync(async context =>
        {
            Assert.Throws<ArgumentException>(() => context.SetCustomStatus(new string('x', OrchestrationLimits.CustomStatus / 2)));
            return await context.CallActivityAsync<int>("double", 1);
        });
        Assert.Equal(2, end.Output!.Value.GetInt32());
    }

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

    private async Task<OrchestrationMetadata> RunAsync(Orchestrator code, Func<StartOrchestrationOptions, StartOrchestrationOptions>? options = null, object? input = null)
    {
        await StartAsync(code, options, input);
        return await _engine.WaitForEndAsync("i");
    }

    private async Task StartAsync(Orchestrator code, Func<StartOrchestrationOptions, StartOrchestrationOptions>? options = null, object? input = null)
    {
        _registry.AddOrchestrator("code", code);
        await _engine.StartAsync(_registry);
        var start = new StartOrchestrationOptions { InstanceId = "i" };
        Assert.True(await _engine.Client.ScheduleNewOrchestrationInstanceAsync("code", input, options?.Invoke(start) ?? start));
        await _engine.SettleAsync();
    }

    private async Task<OrchestrationMetadata> GetAsync() => (await _engine.Client.GetInstanceAsync("i"))!;

    private async Task<List<string>> ListAsync(OrchestrationQuery query)
    {
        var found = new List<string>();
        await foreach (var instance in _engine.Client.GetAllInstancesAsync(query)) found.Add(instance.InstanceId);
        return [.. found.Order(StringComparer.Ordinal)];
    }
}
