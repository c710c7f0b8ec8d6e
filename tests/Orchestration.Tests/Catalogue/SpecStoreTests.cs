using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

public sealed class SpecStoreTests
{
    private static readonly JsonElement NoManifests = JsonSerializer.SerializeToElement(Array.Empty<int>());

    [Fact]
    public void Get_Published_ReadsTheStoreOnce()
    {
        var simulator = new Simulator(1);
        var store = new SimulatedStore(simulator);
        simulator.Run(() => new SpecStore(store).PutAsync("h1", "{}"u8.ToArray(), NoManifests));
        var calls = 0;
        store.Before = _ => calls++;
        var specs = new SpecStore(store);

        var read = simulator.Run(async () => new[] { await specs.GetSpecAsync("h1"), await specs.GetSpecAsync("h1") });

        Assert.All(read, spec => Assert.Equal("{}"u8.ToArray(), spec!.Value.ToArray()));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Get_NotPublished_IsNull()
    {
        var simulator = new Simulator(1);
        var specs = new SpecStore(new SimulatedStore(simulator));

        Assert.Null(simulator.Run(() => specs.GetSpecAsync("h1")));
        Assert.Null(simulator.Run(() => specs.GetManifestsAsync("h1")));
    }

    [Fact]
    public void Put_Again_KeepsTheFirst()
    {
        var simulator = new Simulator(1);
        var store = new SimulatedStore(simulator);
        simulator.Run(() => new SpecStore(store).PutAsync("h1", "1"u8.ToArray(), NoManifests));
        simulator.Run(() => new SpecStore(store).PutAsync("h1", "2"u8.ToArray(), NoManifests));

        Assert.Equal("1"u8.ToArray(), simulator.Run(() => new SpecStore(store).GetSpecAsync("h1"))!.Value.ToArray());
    }

    [Fact]
    public void Put_OverTheLimit_IsRefused()
    {
        var simulator = new Simulator(1);
        var specs = new SpecStore(new SimulatedStore(simulator));

        var refused = simulator.Run(() => Assert.ThrowsAsync<UpdraftException>(() => specs.PutAsync("h1", new byte[SpecStore.MaxBytes + 1], NoManifests)));

        Assert.Equal(ActorErrors.SpecTooLarge, refused.Code);
    }
}
