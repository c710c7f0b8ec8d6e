using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Conformance;

public sealed class SqliteStateStoreTests : StateStoreContract
{
    private readonly EmbeddedFolder _folder = new();

    protected override async Task<IStateStore> OpenAsync() => (await _folder.OpenAsync()).State;

    public override async Task DisposeAsync() => await _folder.DeleteAsync();
}

public sealed class StateRunRequestQueueTests : RunRequestQueueContract
{
    private readonly EmbeddedFolder _folder = new();

    protected override async Task<IRunRequestQueue> OpenAsync(QueueOptions options) => new StateRunRequestQueue((await _folder.OpenAsync()).State, _folder.Time, options: options);

    protected override Task PassAsync(TimeSpan time)
    {
        _folder.Time.Advance(time);
        return Task.CompletedTask;
    }

    public override async Task DisposeAsync() => await _folder.DeleteAsync();
}

public sealed class FileBlobStoreTests : BlobStoreContract
{
    private readonly EmbeddedFolder _folder = new();

    protected override async Task<IBlobStore> OpenAsync() => (await _folder.OpenAsync()).Blobs;

    public override async Task DisposeAsync() => await _folder.DeleteAsync();
}

public sealed class EmbeddedAttemptHostTests : AttemptHostContract
{
    private readonly EmbeddedFolder _folder = new();

    protected override async Task<IAttemptHost> OpenAsync() => (await _folder.OpenAsync()).Attempts;

    protected override Task PassAsync(TimeSpan time)
    {
        _folder.Time.Advance(time);
        return Task.CompletedTask;
    }

    public override async Task DisposeAsync() => await _folder.DeleteAsync();
}

public sealed class EmbeddedOrchestrationTests : OrchestrationContract
{
    protected override Task<OrchestrationHarness> OpenAsync() => EmbeddedHarness.OpenAsync(weakSeed: null);
}

public abstract class WeakOrchestrationTests(int seed) : OrchestrationContract
{
    protected override Task<OrchestrationHarness> OpenAsync() => EmbeddedHarness.OpenAsync(seed);
}

public sealed class WeakOrchestrationTestsSeed1() : WeakOrchestrationTests(1);

public sealed class WeakOrchestrationTestsSeed2() : WeakOrchestrationTests(2);

public sealed class WeakOrchestrationTestsSeed3() : WeakOrchestrationTests(3);

internal sealed class EmbeddedHarness(EmbeddedFolder folder, EmbeddedHost host) : OrchestrationHarness
{
    public override IOrchestrationClient Client => host.Client;

    public static async Task<OrchestrationHarness> OpenAsync(int? weakSeed)
    {
        var folder = new EmbeddedFolder();
        return new EmbeddedHarness(folder, await folder.OpenAsync(weakSeed));
    }

    public override Task StartAsync(ActivityRegistry registry) => host.StartAsync(registry);

    public override async Task<OrchestrationMetadata> WaitForEndAsync(string instanceId)
    {
        var end = host.WaitForEndAsync(instanceId);
        await folder.Time.RunAsync(host.IdleAsync, end);
        return (await end)!;
    }

    public override Task SettleAsync() => host.IdleAsync();

    public override async ValueTask DisposeAsync() => await folder.DeleteAsync();
}
