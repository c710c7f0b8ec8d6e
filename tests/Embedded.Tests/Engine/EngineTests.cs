using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Embedded.Tests;

public sealed class EngineTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private int _ran;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Replay_CodeHasChanged_FailsNamingBoth()
    {
        await RunUntilIdleAsync(async context =>
        {
            await context.CallActivityAsync<int>("one");
            await context.WaitForExternalEvent<int>("go");
            return 1;
        });
        var end = await RunToEndAsync(async context =>
        {
            await context.CallActivityAsync<int>("two");
            await context.WaitForExternalEvent<int>("go");
            return 1;
        });
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.StartsWith(EngineErrors.ReplayMismatch, end.FailureDetails);
        Assert.Contains("turn 1: history has 'activity one' where the code now does 'activity two'", end.FailureDetails);
    }

    [Fact]
    public async Task Replay_CodeNoLongerWaitsForWhatCame_Fails()
    {
        await RunUntilIdleAsync(async context =>
        {
            await context.CallActivityAsync<int>("one");
            await context.WaitForExternalEvent<int>("go");
            return 1;
        });
        var end = await RunToEndAsync(async context =>
        {
            await context.WaitForExternalEvent<int>("go");
            return 1;
        });
        Assert.StartsWith(EngineErrors.ReplayMismatch, end.FailureDetails);
    }

    [Fact]
    public async Task Start_OrchestratorUnknown_FailsClearly()
    {
        await RunUntilIdleAsync(async context => await context.WaitForExternalEvent<int>("go"));
        await using var host = await _folder.OpenAsync();
        await host.StartAsync(new());
        await host.Client.RaiseEventAsync("i", "go");
        var end = await host.RunToEndAsync("i");
        Assert.StartsWith(EngineErrors.UnknownOrchestrator, end.FailureDetails);
    }

    [Fact]
    public async Task Orchestrator_AwaitsSomethingForeign_FailsClearly()
    {
        var end = await RunToEndAsync(async _ =>
        {
            await new TaskCompletionSource().Task;
            return 1;
        });
        Assert.Contains(EngineErrors.ForeignAwait, end.FailureDetails);
    }

    [Fact]
    public async Task Orchestrator_WaitsTwiceForOneName_FailsClearly()
    {
        var end = await RunToEndAsync(async context =>
        {
            _ = context.WaitForExternalEvent<int>("go");
            return await context.WaitForExternalEvent<int>("GO");
        });
        Assert.Contains("already waits for event 'GO'", end.FailureDetails);
    }

    [Fact]
    public async Task RaiseEventAsync_BeforeTheWait_IsKeptInOrder()
    {
        await using var host = await StartAsync(async context =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddHours(1), default);
            return new[] { await context.WaitForExternalEvent<int>("n"), await context.WaitForExternalEvent<int>("n") };
        });
        await host.ScheduleAsync("code", "i");
        await host.Client.RaiseEventAsync("i", "n", 1);
        await host.Client.RaiseEventAsync("i", "n", 2);
        Assert.Equal("[1,2]", (await host.RunToEndAsync("i")).Output!.Value.GetRawText());
    }

    [Fact]
    public async Task RaiseEventAsync_BeforeTheEngineStarts_IsKept()
    {
        await using (var host = await _folder.OpenAsync())
        {
            await host.ScheduleAsync("code", "i");
            await host.Client.RaiseEventAsync("i", "n", 7);
        }
        var end = await RunToEndAsync(async context => await context.WaitForExternalEvent<int>("n"), schedule: false);
        Assert.Equal(7, end.Output!.Value.GetInt32());
    }

    [Fact]
    public async Task ContinueAsNew_EventsNotTaken_ComeToTheNextExecution()
    {
        await using var host = await StartAsync(async context =>
        {
            if (context.GetInput<int>() == 1) return await context.WaitForExternalEvent<string>("later");
            await context.WaitForExternalEvent<int>("now");
            context.ContinueAsNew(1);
            return null;
        });
        await host.ScheduleAsync("code", "i", 0);
        await host.Client.RaiseEventAsync("i", "later", "kept");
        await host.Client.RaiseEventAsync("i", "now", 1);
        Assert.Equal("kept", (await host.RunToEndAsync("i")).Output!.Value.GetString());
    }

    [Fact]
    public async Task Evicted_TimerAndEvent_ComeBackByReplay()
    {
        var turns = 0;
        await using var host = await StartAsync(async context =>
        {
            Interlocked.Increment(ref turns);
            await context.CallActivityAsync<int>("one");
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(2), default);
            return await context.WaitForExternalEvent<int>("go");
        });
        await host.ScheduleAsync("code", "i");
        await host.IdleAsync();
        _folder.Time.Advance(TimeSpan.FromDays(1));
        await host.IdleAsync();
        Assert.Equal(1, turns);
        _folder.Time.Advance(TimeSpan.FromDays(1));
        await host.IdleAsync();
        Assert.Equal(2, turns);
        _folder.Time.Advance(TimeSpan.FromDays(1));
        await host.IdleAsync();
        await host.Client.RaiseEventAsync("i", "go", 5);
        Assert.Equal(5, (await host.RunToEndAsync("i")).Output!.Value.GetInt32());
        Assert.Equal(3, turns);
        Assert.Equal(1, _ran);
    }

    [Fact]
    public async Task Restart_Waiting_FiresAtItsTime()
    {
        async Task<object?> Code(IOrchestrationContext context)
        {
            var due = context.CurrentUtcDateTime.AddDays(2);
            await context.CreateTimer(due, default);
            return context.CurrentUtcDateTime == due;
        }

        await using (var host = await StartAsync(Code))
        {
            await host.ScheduleAsync("code", "i");
            await host.IdleAsync();
            _folder.Time.Advance(TimeSpan.FromHours(1));
            await host.IdleAsync();
        }
        Assert.True((await RunToEndAsync(Code, schedule: false)).Output!.Value.GetBoolean());
    }

    [Fact]
    public async Task Drives_OneTag_LeavesTheOthersAsTheyAre()
    {
        async Task<object?> Code(IOrchestrationContext context) => await context.CallActivityAsync<int>("one");
        await using (var earlier = await _folder.OpenAsync()) await earlier.ScheduleAsync("code", "other-before", run: "r2");
        await using (var host = await StartAsync(Code, options => options with { Drives = [new("run", "r1")] }))
        {
            await host.ScheduleAsync("code", "mine", run: "r1");
            await host.ScheduleAsync("code", "other", run: "r2");
            await host.ScheduleAsync("code", "none");
            Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunToEndAsync("mine")).RuntimeStatus);
            await host.IdleAsync();
            foreach (var id in new[] { "other-before", "other", "none" }) Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync(id))!.RuntimeStatus);
        }
        await using var all = await StartAsync(Code);
        foreach (var id in new[] { "other-before", "other", "none" }) Assert.Equal(OrchestrationRuntimeStatus.Completed, (await all.RunToEndAsync(id)).RuntimeStatus);
    }

    [Fact]
    public async Task DisposeAsync_ActivityAtWork_IsToldToStopAndRunsAgain()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registry = (bool first) => new ActivityRegistry()
            .AddOrchestrator("code", async context => await context.CallActivityAsync<string>("work"))
            .Add("work", ActivityWeight.InProcess, async context =>
            {
                if (!first) return "second";
                started.SetResult();
                await new TaskCompletionSource().Task.WaitAsync(context.Cancellation);
                return "first";
            });
        await using (var host = await _folder.OpenAsync())
        {
            await host.StartAsync(registry(true));
            await host.ScheduleAsync("code", "i");
            await started.Task;
        }
        await using var next = await _folder.OpenAsync();
        await next.StartAsync(registry(false));
        Assert.Equal("second", (await next.RunToEndAsync("i")).Output!.Value.GetString());
    }

    [Fact]
    public async Task Activities_MoreThanSlots_NeverMoreAtOnce()
    {
        var (now, most) = (0, 0);
        await using var host = await _folder.OpenAsync(options => options with { ProcessSlots = 3 });
        await host.StartAsync(new ActivityRegistry()
            .Add("work", ActivityWeight.Process, async _ =>
            {
                var at = Interlocked.Increment(ref now);
                InterlockedMax(ref most, at);
                await Task.Yield();
                Interlocked.Decrement(ref now);
                return null;
            })
            .AddOrchestrator("code", async context =>
            {
                await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => context.CallActivityAsync<object>("work")));
                return null;
            }));
        await host.ScheduleAsync("code", "i");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunToEndAsync("i")).RuntimeStatus);
        Assert.InRange(most, 1, 3);

        static void InterlockedMax(ref int target, int value)
        {
            for (var seen = target; value > seen; seen = target)
                if (Interlocked.CompareExchange(ref target, value, seen) == seen) return;
        }
    }

    [Fact]
    public async Task Logger_InReplay_IsSilent()
    {
        var log = new FolderTests.ListLogger();
        await using var host = await StartAsync(async context =>
        {
            var said = context.CreateReplaySafeLogger("x");
            Say(said, context.IsReplaying);
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(1), default);
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(1), default);
            return null;
        }, options => options with { Logging = log });
        await host.ScheduleAsync("code", "i");
        await host.RunToEndAsync("i");
        Assert.Equal(["replaying: False"], log.Lines.Where(line => line.StartsWith("replaying", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task WaitForEndAsync_Unknown_IsNull()
    {
        await using var host = await StartAsync(_ => Task.FromResult<object?>(1));
        Assert.Null(await host.WaitForEndAsync("nobody"));
    }

    [Fact]
    public async Task Client_AfterDispose_SaysSo()
    {
        var host = await StartAsync(_ => Task.FromResult<object?>(1));
        await host.DisposeAsync();
        Assert.Equal(EngineErrors.Stopped, (await Assert.ThrowsAsync<UpdraftException>(() => host.ScheduleAsync("code", "i"))).Code);
        Assert.Equal(EngineErrors.Stopped, (await Assert.ThrowsAsync<UpdraftException>(() => host.Client.RaiseEventAsync("i", "go"))).Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task WeakMode_SomeActivitiesRunTwice_AndEventsComeTwice(int seed)
    {
        var events = 0;
        await using var host = await StartAsync(async context =>
        {
            for (var i = 0; i < 30; i++) await context.CallActivityAsync<int>("one");
            for (var i = 0; i < 30; i++) await context.WaitForExternalEvent<int>("n");
            return null;
        }, options => options with { WeakSeed = seed });
        await host.ScheduleAsync("code", "i");
        await host.IdleAsync();
        Assert.InRange(_ran, 31, 60);
        while ((await host.Client.GetInstanceAsync("i"))!.RuntimeStatus == OrchestrationRuntimeStatus.Running)
        {
            await host.Client.RaiseEventAsync("i", "n", ++events);
            await host.IdleAsync();
        }
        Assert.InRange(events, 15, 29);
    }

    private async Task<EmbeddedHost> StartAsync(Orchestrator code, Func<EmbeddedOptions, EmbeddedOptions>? with = null)
    {
        var host = await _folder.OpenAsync(with);
        await host.StartAsync(new ActivityRegistry()
            .AddOrchestrator("code", code)
            .Add("one", ActivityWeight.InProcess, _ => Task.FromResult<object?>(Interlocked.Increment(ref _ran)))
            .Add("two", ActivityWeight.InProcess, _ => Task.FromResult<object?>(2)));
        return host;
    }

    private async Task RunUntilIdleAsync(Orchestrator code)
    {
        await using var host = await StartAsync(code);
        await host.ScheduleAsync("code", "i");
        await host.IdleAsync();
    }

    private async Task<OrchestrationMetadata> RunToEndAsync(Orchestrator code, bool schedule = true)
    {
        await using var host = await StartAsync(code);
        if (schedule) await host.ScheduleAsync("code", "i");
        return await host.RunToEndAsync("i");
    }

    private static void Say(Microsoft.Extensions.Logging.ILogger log, bool replaying) =>
        log.Log(Microsoft.Extensions.Logging.LogLevel.Information, default, replaying, null, (state, _) => $"replaying: {state}");
}
