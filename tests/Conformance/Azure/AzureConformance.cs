using Updraft.Azure;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Conformance;

[NeedsAzurite]
[Collection(AzuriteTests.Name)]
public sealed class BlobStateStoreTests(AzuriteFixture azurite) : StateStoreContract
{
    protected override async Task<IStateStore> OpenAsync() => (await AzuriteContainer.OpenAsync(azurite)).State;

    public override Task DisposeAsync() => Task.CompletedTask;
}

[NeedsAzurite]
[Collection(AzuriteTests.Name)]
public sealed class BlobBlobStoreTests(AzuriteFixture azurite) : BlobStoreContract
{
    protected override async Task<IBlobStore> OpenAsync() => (await AzuriteContainer.OpenAsync(azurite)).Blobs;

    public override Task DisposeAsync() => Task.CompletedTask;
}

[NeedsAzurite]
[Collection(AzuriteTests.Name)]
public sealed class BlobRunRequestQueueTests(AzuriteFixture azurite) : RunRequestQueueContract
{
    private readonly VirtualTime _time = new();

    protected override async Task<IRunRequestQueue> OpenAsync(QueueOptions options) => new StateRunRequestQueue((await AzuriteContainer.OpenAsync(azurite)).State, _time, options: options);

    protected override Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    public override Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>A container of its own for a test; it goes with Azurite.</summary>
internal static class AzuriteContainer
{
    public static Task<AzureStorage> OpenAsync(AzuriteFixture azurite) =>
        AzureStorage.OpenAsync(new AzureStorageOptions { Storage = azurite.Server.ConnectionString, Container = $"c{Guid.NewGuid():N}" });
}
