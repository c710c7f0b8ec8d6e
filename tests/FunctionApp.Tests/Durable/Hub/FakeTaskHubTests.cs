using System.Text.Json;
using Microsoft.DurableTask;
using Updraft.Embedded;
using OrchestrationRuntimeStatus = Microsoft.DurableTask.Client.OrchestrationRuntimeStatus;
using StartOrchestrationOptions = Microsoft.DurableTask.StartOrchestrationOptions;

namespace Updraft.FunctionApp.Tests;

/// <summary>The hub lets nothing pass that Durable Task would not: else the tests on it could not fail.</summary>
public sealed class FakeTaskHubTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly FakeTaskHub _hub;
    private readonly FakeTaskClient _client;
    private int _turns;

    public FakeTaskHubTests()
    {
        _hub = new("hub", _time);
        _client = new(_hub, _time);
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Code_AwaitsElsewhere_IsBroken()
    {
        await RunAsync(async context =>
        {
            await new TaskCompletionSource().Task;
            return await context.CallActivityAsync<int>("a");
        });
        Assert.Contains("waits for nothing that can come", Assert.Single(_hub.Broken));
    }

    [Fact]
    public async Task Context_OnAnotherThread_RefusesEverything()
    {
        TaskOrchestrationContext? left = null;
        await RunAsync(async context =>
        {
            left = context;
            return await context.WaitForExternalEvent<int>("never");
        });
        Assert.Throws<RuleBrokenException>(() => left!.NewGuid());
    }

    [Theory]
    [InlineData("name")]
    [InlineData("input")]
    [InlineData("order")]
    [InlineData("more")]
    public async Task Code_IsNotDeterministic_IsBroken(string how)
    {
        await RunAsync(async context =>
        {
            var odd = _turns++ % 2 == 1;
            var first = how == "order" && odd ? context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(1), default) : context.CallActivityAsync<int>(how == "name" && odd ? "b" : "a", how == "input" && odd ? 2 : 1);
            if (how == "more" && odd) _ = context.CallActivityAsync<int>("b");
            await first;
            return await context.CallActivityAsync<int>("a");
        });
        Assert.Contains("in a replay the code asks for", Assert.Single(_hub.Broken));
    }

    [Fact]
    public async Task Code_PayloadOrStatusOverItsLimit_IsBroken()
    {
        await RunAsync(context => context.CallActivityAsync<object?>("a", new string('x', 256 * 1024)));
        await RunAsync(context =>
        {
            context.SetCustomStatus(new string('x', 8 * 1024));
            return Task.FromResult<object?>(null);
        }, "j");
        Assert.Equal(2, _hub.Broken.Count);
    }

    [Fact]
    public async Task Schedule_WithoutDedupeStatuses_EndsAndReplacesWhatRuns()
    {
        await RunAsync(async context => await context.WaitForExternalEvent<int>("never"));
        await _client.ScheduleNewOrchestrationInstanceAsync("code", 2, new StartOrchestrationOptions("i"));
        Assert.Equal("2", (await _client.GetInstanceAsync("i", getInputsAndOutputs: true))!.SerializedInput);
    }

    [Fact]
    public async Task WaitForExternalEvent_TwoWait_TheLastIsToldFirst()
    {
        await RunAsync(async context =>
        {
            var first = context.WaitForExternalEvent<int>("news");
            var second = context.WaitForExternalEvent<int>("NEWS");
            return await Task.WhenAny(first, second) == second ? "second" : "first";
        });
        await _client.RaiseEventAsync("i", "News", 1);
        await _hub.IdleAsync();
        Assert.Equal("\"second\"", (await _client.GetInstanceAsync("i", getInputsAndOutputs: true))!.SerializedOutput);
    }

    [Fact]
    public async Task CreateTimer_OfTenDays_IsMadeOfPiecesOfThree()
    {
        await RunAsync(async context =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(10), default);
            return true;
        });
        while (_time.JumpToNextTimer()) await _hub.IdleAsync();
        Assert.Equal(4, _hub.Figures.Timers);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await _client.GetInstanceAsync("i"))!.RuntimeStatus);
    }

    private async Task RunAsync<T>(Func<TaskOrchestrationContext, Task<T>> code, string id = "i")
    {
        _hub.Start(async context => await code(context), (_, _, _, _) => Task.FromResult(JsonSerializer.SerializeToElement(1)));
        await _client.ScheduleNewOrchestrationInstanceAsync("code", null, new StartOrchestrationOptions(id));
        await _hub.IdleAsync();
    }
}
