using Updraft.Orchestration;

namespace Updraft.Conformance;

/// <summary>An engine under test, whose clock runs by itself or is driven.</summary>
public abstract class OrchestrationHarness : IAsyncDisposable
{
    public abstract IOrchestrationClient Client { get; }

    /// <summary>Starts the engine with this code.</summary>
    public abstract Task StartAsync(ActivityRegistry registry);

    /// <summary>Waits, letting time pass, until an instance has ended.</summary>
    public abstract Task<OrchestrationMetadata> WaitForEndAsync(string instanceId);

    /// <summary>Waits until an instance cannot go on without time or somebody else.</summary>
    public abstract Task SettleAsync();

    public abstract ValueTask DisposeAsync();
}
