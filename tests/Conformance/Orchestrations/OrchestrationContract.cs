using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Conformance;

/// <summary>
/// What an orchestrator and a client may rely on with every engine, and with the weakest that the contract allows. So nothing here counts how
/// often an activity runs, and events are told until they are heard.
/// </summary>
public abstract partial class OrchestrationContract : IAsyncLifetime
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
}
