using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Runs;

/// <summary>A data folder with one host after the other on it, and a virtual clock. A run is driven until nothing is left to do.</summary>
internal sealed class Scene : IAsyncDisposable
{
    /// <summary>Only a defect makes a host work for ever, so this bounds a test that fails, however slow its machine.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-runs-");
    private DagTestHost? _host;
    private TaskCompletionSource<DagTestHost> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int? _partSize;

    private Scene(Stage stage)
    {
        Stage = stage;
        stage.Scene = this;
    }

    public Stage Stage { get; }

    public VirtualTime Time { get; } = new();

    public DagTestHost Host => _host!;

    /// <summary>The host, for work that goes on as soon as its engine does, which is before <see cref="Host"/> is there.</summary>
    public Task<DagTestHost> OpenedAsync() => _opened.Task;

    public string Folder => _folder.FullName;

    public static async Task<Scene> OpenAsync(Stage? stage = null, IFaults? faults = null, int? weakSeed = null, int? partSize = null)
    {
        var scene = new Scene(stage ?? new Stage()) { _partSize = partSize };
        await scene.StartHostAsync(faults, weakSeed);
        return scene;
    }

    /// <summary>A folder without a host yet.</summary>
    public static Scene Empty(Stage stage, int? partSize = null) => new(stage) { _partSize = partSize };

    /// <summary>Stops the host, and starts another on the same folder. As in the world, that takes time: commands go by when they were given.</summary>
    public async Task RestartAsync(IFaults? faults = null, int? weakSeed = null, TimeSpan? pass = null)
    {
        await CloseAsync();
        Time.Advance(pass ?? TimeSpan.FromMilliseconds(1));
        await StartHostAsync(faults, weakSeed);
    }

    /// <summary>Stops the host.</summary>
    public async Task CloseAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _host = null;
        if (_opened.Task.IsCompleted) _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public Task<TriggeredRun> TriggerAsync(DagSpec dag, object? conf = null, string runId = "r") => Host.TriggerAsync(dag, conf, runId);

    public Task<PublishedDag> PublishAsync(DagSpec dag) => Host.Services.Catalogue.PublishAsync(new PublishDag { Spec = dag });

    /// <summary>Publishes a DAG, and triggers a run of it that is about something.</summary>
    public async Task<TriggeredRun> TriggerAboutAsync(DagSpec dag, string runId, string? businessKey)
    {
        await this.PublishAsync(dag);
        return await Host.Services.Catalogue.TriggerAsync(dag.Name, trigger => trigger with { RunId = runId, BusinessKey = businessKey });
    }

    /// <summary>The only run of a DAG.</summary>
    public async Task<RunView> OnlyRunAsync(string dag) => await ViewAsync(Assert.Single(await Host.Runs.ListAsync(dag).ToListAsync()).Entry.RunId);

    /// <summary>Triggers a run and drives it to its end.</summary>
    public async Task<RunView> RunAsync(DagSpec dag, object? conf = null, string runId = "r")
    {
        await TriggerAsync(dag, conf, runId);
        return await EndAsync(runId);
    }

    /// <summary>Drives until a run has ended.</summary>
    public async Task<RunView> EndAsync(string runId = "r")
    {
        RunView? view = null;
        await DriveAsync(async () => (view = await Host.Runs.Reader.GetAsync(runId)) is { Final: true });
        await SettleAsync();
        return view!;
    }

    /// <summary>Drives until something of a run holds, as its document has it.</summary>
    public async Task<RunView> UntilAsync(Func<IReadOnlyDictionary<string, InstanceDocument>, bool> holds, string runId = "r")
    {
        RunView? view = null;
        await DriveAsync(async () => (view = await Host.Runs.Reader.GetAsync(runId)) is not null && holds(await Host.InstancesAsync(view)));
        return view!;
    }

    /// <summary>Lets all work be done that is due at this instant.</summary>
    public async Task SettleAsync()
    {
        try
        {
            await Task.WhenAny(Host.Embedded.IdleAsync(), Host.Embedded.Crashed.Task).WaitAsync(StuckAfter, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"the host is still at work after {StuckAfter}, at {Time.GetUtcNow():O}: {await DescribeAsync()}");
        }
        if (Host.Embedded.Crashed.Task.IsCompleted) throw await Host.Embedded.Crashed.Task;
    }

    /// <summary>Lets all be done that a run leaves behind: what it gives back, parts and jobs that end after it.</summary>
    public async Task DrainAsync()
    {
        for (var end = Time.GetUtcNow() + TimeSpan.FromHours(1); Time.GetUtcNow() < end;)
        {
            await SettleAsync();
            if (!Time.JumpToNextTimer()) return;
        }
    }

    /// <summary>Lets work be done and jumps from timer to timer until something holds.</summary>
    public async Task DriveAsync(Func<Task<bool>> until)
    {
        for (var jumps = 0; ; jumps++)
        {
            await SettleAsync();
            if (await until()) return;
            if (jumps > 20_000 || !Time.JumpToNextTimer()) throw new InvalidOperationException($"nothing is left to do at {Time.GetUtcNow():O}, and what was waited for has not come: {await DescribeAsync()}");
        }
    }

    public async Task<RunView> ViewAsync(string runId = "r") => (await Host.Runs.Reader.GetAsync(runId))!;

    public async Task<IReadOnlyDictionary<string, InstanceDocument>> InstancesAsync(string runId = "r") => await Host.InstancesAsync(await ViewAsync(runId));

    /// <summary>Instances and their states in one line, as in <c>a:Success b[0]:Failed</c>.</summary>
    public async Task<string> StatesAsync(string runId = "r") => string.Join(' ', (await InstancesAsync(runId)).Select(each => $"{each.Key}:{each.Value.State}"));

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartHostAsync(IFaults? faults, int? weakSeed)
    {
        _host = await DagTestHost.StartAsync(new DagTestOptions
        {
            Operators = [.. Stage.Operators],
            PartSize = _partSize,
            Embedded = new EmbeddedOptions { DataFolder = Folder, Time = Time, RelaxedDurability = true, Faults = faults, WeakSeed = weakSeed, InProcessSlots = 1000, StopTimeout = StuckAfter },
        });
        _opened.SetResult(_host);
    }

    private async Task<string> DescribeAsync() => await Host.Runs.Reader.GetAsync("r") is { } view ? $"{view.Body.Status} {view.Body.Reason} {await StatesAsync()}" : "no run 'r'";
}
