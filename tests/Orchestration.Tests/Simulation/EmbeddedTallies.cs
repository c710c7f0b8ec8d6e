using System.Text.Json;
using Updraft.Embedded;

namespace Updraft.Orchestration.Tests;

/// <summary>Tally actors on the embedded engine, in virtual time.</summary>
internal sealed class EmbeddedTallies : IAsyncDisposable
{
    private readonly string _folder;
    private readonly EmbeddedHost _host;
    private readonly VirtualTime _time;

    private EmbeddedTallies(EmbeddedHost host, VirtualTime time, string folder, ActorLoopOptions? options)
    {
        (_host, _time, _folder) = (host, time, folder);
        Runtime = new(host.State, host.Client, time, options ?? new(), [new TallyKind()]);
    }

    public ActorRuntime Runtime { get; }

    public static async Task<EmbeddedTallies> StartAsync(int? weakSeed = null, ActorLoopOptions? options = null)
    {
        var folder = Directory.CreateTempSubdirectory("updraft-actors-").FullName;
        var time = new VirtualTime();
        var host = await EmbeddedHost.OpenAsync(new() { DataFolder = folder, Time = time, WeakSeed = weakSeed, RelaxedDurability = true });
        var tallies = new EmbeddedTallies(host, time, folder, options);
        var registry = new ActivityRegistry();
        tallies.Runtime.Register(registry);
        registry.Add("step", ActivityWeight.InProcess, _ => Task.FromResult<object?>(null));
        await host.StartAsync(registry);
        return tallies;
    }

    public Task<StartedActor> StartAsync(TallyRequest request) =>
        Runtime.Actors.StartAsync(new() { Id = SimulatedHost.Id, Request = JsonSerializer.SerializeToElement(request, OrchestrationJson.Options) });

    public Task<bool> TellAsync(string entryId, string kind) =>
        Runtime.Actors.TellAsync(new() { Id = SimulatedHost.Id, EntryId = entryId, Kind = kind, Body = NoBody.Json });

    public Task PassAsync(TimeSpan time) => _time.RunAsync(_host.IdleAsync, Task.Delay(time, _time));

    public Task EndAsync(int generation) => _time.RunAsync(_host.IdleAsync, _host.WaitForEndAsync(ActorInstanceId.Of(SimulatedHost.Id, generation)));

    public async Task<TallyState> StateAsync() => (await Runtime.Actors.GetHeadAsync(SimulatedHost.Id))!.Body.Deserialize<TallyState>(OrchestrationJson.Options)!;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
