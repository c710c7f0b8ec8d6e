using Updraft.Conformance;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

public sealed class DurableOrchestrationTests : OrchestrationContract
{
    protected override Task<OrchestrationHarness> OpenAsync() => Task.FromResult<OrchestrationHarness>(new HubHarness(null));
}

public abstract class WeakDurableOrchestrationTests(int seed) : OrchestrationContract
{
    protected override Task<OrchestrationHarness> OpenAsync() => Task.FromResult<OrchestrationHarness>(new HubHarness(seed));
}

public sealed class WeakDurableOrchestrationTestsSeed1() : WeakDurableOrchestrationTests(1);

public sealed class WeakDurableOrchestrationTestsSeed2() : WeakDurableOrchestrationTests(2);

public sealed class WeakDurableOrchestrationTestsSeed3() : WeakDurableOrchestrationTests(3);

/// <summary>The adapters on a task hub.</summary>
internal sealed class HubHarness : OrchestrationHarness
{
    private readonly VirtualTime _time = new();
    private readonly FakeTaskHub _hub;
    private readonly FakeTaskClient _client;
    private readonly LaneClients _lanes = new("default");

    public HubHarness(int? weakSeed)
    {
        _hub = new("hub", _time, weakSeed);
        _client = new(_hub, _time);
        _lanes.Use(_client, _client);
    }

    public override IOrchestrationClient Client => _lanes;

    public override Task StartAsync(ActivityRegistry registry)
    {
        var activities = new ActivityRunner(registry, _lanes);
        _hub.Start(
            context => registry.TryGetOrchestrator(context.Name.Name, out var code) ? code(new DurableContext(context)) : throw new InvalidOperationException("no such orchestrator"),
            (name, instanceId, input, cancellation) => activities.RunAsync(new(name, instanceId, input, cancellation), _client, _client));
        return Task.CompletedTask;
    }

    public override async Task<OrchestrationMetadata> WaitForEndAsync(string instanceId)
    {
        while (true)
        {
            await _hub.IdleAsync();
            var found = (await _lanes.GetInstanceAsync(instanceId))!;
            if (found.RuntimeStatus is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated) return found;
            Assert.True(_time.JumpToNextTimer(), $"nothing is left to do, and '{instanceId}' has not ended");
        }
    }

    public override Task SettleAsync() => _hub.IdleAsync();

    public override async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        Assert.Empty(_hub.Broken);
    }
}
