using System.Text.Json;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Crashes;

/// <summary>A data folder, a clock that jumps, and an engine on them that may die and be started again.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("updraft-runs-").FullName;
    private DagTestHost? _host;

    public VirtualTime Time { get; } = new();

    public Work Work { get; } = new();

    public int? PartSize { get; init; }

    public int? WeakSeed { get; init; }

    public string DataFolder => _folder;

    public DagTestHost Host => _host ?? throw new InvalidOperationException("not started");

    public static async Task<World> StartAsync(int? weakSeed = null)
    {
        var world = new World { WeakSeed = weakSeed };
        await world.OpenAsync();
        return world;
    }

    /// <summary>Starts the engine on what is in the folder.</summary>
    public async Task OpenAsync(IFaults? faults = null) => _host = await DagTestHost.StartAsync(new DagTestOptions
    {
        Operators = [Work],
        PartSize = PartSize,
        Embedded = new EmbeddedOptions { DataFolder = _folder, Time = Time, RelaxedDurability = true, Faults = faults, WeakSeed = WeakSeed },
    });

    /// <summary>Stops the engine, or takes away what a crash has left of it.</summary>
    public async Task CloseAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _host = null;
    }

    /// <summary>Goes on, from timer to timer, until something has come true, or the engine has died.</summary>
    public async Task<T> UntilAsync<T>(Task<T> task)
    {
        var crashed = Host.Embedded.Crashed.Task;
        await Time.RunAsync(Host.Embedded.IdleAsync, Task.WhenAny(task, crashed));
        if (crashed.IsCompleted) throw await crashed;
        return await task;
    }

    public async Task<RunView> RunAsync(DagSpec dag, object? conf = null, string runId = "r") => await UntilAsync(Host.RunAsync(dag, conf, runId));

    public async Task<RunView> EndAsync(string runId = "r") => (await UntilAsync(Host.Runs.WaitAsync(runId)))!;

    /// <summary>The states of a run's instances, as in <c>a=success, b[0]=failed</c>.</summary>
    public async Task<string> StatesAsync(RunView run) =>
        string.Join(", ", (await Host.InstancesAsync(run)).Select(instance => $"{instance.Key}={JsonNamingPolicy.SnakeCaseLower.ConvertName(instance.Value.State.ToString())}"));

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
