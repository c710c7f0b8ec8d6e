using System.Collections.Immutable;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>
/// One seed: random operations on several runs of two random DAGs, of which new versions are published, in one data folder, on a host that now and then
/// dies, and on the reference model. After each operation both must show the same.
/// </summary>
internal sealed class ModelPlay : IAsyncDisposable
{
    public const int Operations = 50;

    private readonly Random _random;
    private readonly ModelWorld _world = new();

    /// <summary>The versions of each DAG, the current one last.</summary>
    private readonly Dictionary<string, List<ModelDag>> _dags = new() { ["a"] = [], ["b"] = [] };
    private readonly Dictionary<string, RunModel> _runs = [];
    private readonly CrashSoon _faults = new();
    private readonly List<string> _done = [];
    private readonly Scene _scene;

    /// <summary>Whether all maps run in parts, however short.</summary>
    private readonly bool _inParts;

    private string _before = "";

    /// <summary>Runs of which a command may have been taken twice, so that they may have more tries than the model.</summary>
    private readonly HashSet<string> _repeated = [];

    public ModelPlay(int seed)
    {
        _random = new Random(seed);
        _inParts = seed % 2 == 1;
        _scene = Scene.Empty(new Stage(), partSize: _inParts ? 1 + (seed / 2 % 2) : null);
    }

    /// <summary>What was done, one operation a line.</summary>
    public string Story => string.Join(Environment.NewLine, _done);

    public int Crashes => _faults.Crashes;

    private DagCatalogue Catalogue => _scene.Host.Services.Catalogue;

    private IEnumerable<ModelTask> Tasks => _dags.Values.SelectMany(versions => versions).SelectMany(dag => dag.Tasks);

    public async Task RunAsync()
    {
        await _scene.RestartAsync(_faults);
        foreach (var name in _dags.Keys) await PublishAsync(name);
        await _scene.Host.Embedded.State.PutAsync(PoolPaths.Definition(PoolNames.Named("db")), new PoolDefinition(2), WriteCondition.None);
        await TriggerAsync();
        for (var n = 1; n < Operations; n++) await OperateAsync();
        await EndAsync();
        await CheckEndAsync();
    }

    public async ValueTask DisposeAsync() => await _scene.DisposeAsync();

    private Task OperateAsync()
    {
        var (id, run) = _runs.ElementAt(_random.Next(_runs.Count));
        return _random.Next(24) switch
        {
            0 or 1 when _runs.Count < 5 => TriggerAsync(),
            2 => CommandAsync(id, "cancel", runs => runs.CancelAsync(id, new CancelCommand()), model => model.Cancel(force: false)),
            3 => CommandAsync(id, "cancel by force", runs => runs.CancelAsync(id, new CancelCommand(Force: true)), model => model.Cancel(force: true)),
            4 or 5 => CommandAsync(id, "pause", runs => runs.PauseAsync(id, new PauseCommand(true)), model => model.Pause(true)),
            6 or 7 => CommandAsync(id, "resume", runs => runs.PauseAsync(id, new PauseCommand(false)), model => model.Pause(false)),
            8 or 9 or 10 or 11 => ClearAsync(id, run),
            12 or 13 => MarkAsync(id, run),
            14 => CrashSoonAsync(),
            15 => WaitAsync(),
            16 => ReleaseAsync(),
            17 => PublishAsync(AnyDag()),
            18 when _runs.Count < 6 => RerunAsync(id, run),
            19 => PauseDagAsync(AnyDag(), _random.Next(2) == 0),
            _ => ChangeWorldAsync(),
        };
    }

    private string AnyDag() => _dags.Keys.ElementAt(_random.Next(_dags.Count));

    private Task PublishAsync(string name)
    {
        var versions = _dags[name];
        var version = new RandomModelDag(_random, name, versions.Count, mayLimit: !_inParts).Make();
        foreach (var task in version.Tasks) _scene.Stage.On(task.Id, act => _world.PlayAsync(_scene.Stage, task, act));
        _done.Add($"publish version {versions.Count} of {name}");
        return PlayAsync(() => _scene.PublishAsync(version.Spec), () => versions.Add(version), []);
    }

    /// <summary>A paused DAG makes no run by itself, and all that are asked for.</summary>
    private Task PauseDagAsync(string name, bool pause)
    {
        _done.Add($"{(pause ? "pause" : "unpause")} the DAG {name}");
        return PlayAsync(() => pause ? Catalogue.PauseAsync(name, Caller.Unknown) : Catalogue.UnpauseAsync(name, Caller.Unknown), () => { }, []);
    }

    private Task TriggerAsync()
    {
        var (id, name) = ($"r{_runs.Count}", AnyDag());
        return DoAsync($"trigger {id} of {name}", () => Catalogue.TriggerAsync(name, run => run with { RunId = id }), () => _runs.Add(id, new RunModel(_dags[name][^1], _world)), id);
    }

    /// <summary>A run again, of the version that it pinned or of the current one.</summary>
    private Task RerunAsync(string id, RunModel run)
    {
        var (again, latest) = ($"r{_runs.Count}", _random.Next(2) == 0);
        var version = latest ? _dags[run.Dag.Spec.Name][^1] : run.Dag;
        return DoAsync($"rerun {id} as {again}{(latest ? " of the latest version" : "")}", () => _scene.Host.Services.Reruns.RerunAsync(id, new Rerun { RunId = again, Latest = latest }), () => _runs.Add(again, new RunModel(version, _world)), again);
    }

    private Task CommandAsync(string id, string what, Func<RunClient, Task<bool>> command, Action<RunModel> model) => DoAsync($"{what} {id}", async () =>
    {
        Assert.True(await command(_scene.Host.Runs), $"I7: the run {id} is gone");
    }, () => model(_runs[id]), id);

    private Task ClearAsync(string id, RunModel run)
    {
        var command = new ClearCommand { Tasks = Selectors(run, forMark: false), Downstream = _random.Next(4) > 0, Upstream = _random.Next(6) == 0, FailedOnly = _random.Next(4) == 0 };
        if (command.Tasks.IsEmpty || run.Selection(command).Count == 0) return ChangeWorldAsync();
        return CommandAsync(id, $"clear {Text(command.Tasks)}{(command.Downstream ? "" : " without downstream")}{(command.Upstream ? " and upstream" : "")}{(command.FailedOnly ? ", failed only" : "")} of",
            runs => runs.ClearAsync(id, command), model => model.Clear(command));
    }

    private Task MarkAsync(string id, RunModel run)
    {
        var command = new MarkCommand(Selectors(run, forMark: true), ((TaskState[])[TaskState.Success, TaskState.Failed, TaskState.Skipped])[_random.Next(3)]);
        if (command.Tasks.IsEmpty) return ChangeWorldAsync();
        return CommandAsync(id, $"mark {Text(command.Tasks)} {command.State} of", runs => runs.MarkAsync(id, command), model => model.Mark(command));
    }

    /// <summary>A task, a group or an instance, or two of them. What has no instances yet is not taken by key, nor marked.</summary>
    private ImmutableArray<InstanceSelector> Selectors(RunModel run, bool forMark) => [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ =>
    {
        var task = run.Dag.Tasks[_random.Next(run.Dag.Tasks.Count)];
        var hasInstances = task.Group is not null || run.Instances.Any(instance => instance.Task == task && !instance.NeverRan && instance.State is not (TaskState.None or TaskState.Scheduled));
        if (task.Items is null || (!forMark && _random.Next(2) == 0)) return new InstanceSelector(task.Group is not null && _random.Next(2) == 0 ? task.Group : task.Id, []);
        return hasInstances ? new InstanceSelector(task.Id, [_random.Next(task.Items.Value).ToString(System.Globalization.CultureInfo.InvariantCulture)]) : null;
    }).OfType<InstanceSelector>()];

    private static string Text(IEnumerable<InstanceSelector> tasks) => string.Join(", ", tasks.Select(task => task.Keys.IsEmpty ? task.TaskId : $"{task.TaskId}[{task.Keys[0]}]"));

    private Task ChangeWorldAsync()
    {
        var instances = Tasks.SelectMany(task => task.Instances.Select(instance => (task, instance))).ToArray();
        var ((task, instance), way) = (instances[_random.Next(instances.Length)], (Way)_random.Next(5));
        if (_world.Of(instance) is not Way.Hangs && !(way is Way.Hangs && task.HasPool))
        {
            _world.Set(instance, way);
            _done.Add($"from now on {instance} {way}");
        }
        return Task.CompletedTask;
    }

    private Task CrashSoonAsync()
    {
        var points = _random.Next(80);
        _faults.After(points);
        _done.Add($"crash after {points} points");
        return Task.CompletedTask;
    }

    private Task ReleaseAsync()
    {
        _done.Add("release what hangs");
        return AllAsync(() =>
        {
            _world.Release();
            return Task.CompletedTask;
        }, model => model.Release());
    }

    private Task WaitAsync()
    {
        _done.Add("wait for all retries");
        var until = _scene.Time.GetUtcNow() + (RandomModelDag.RetryDelay * 6);
        return AllAsync(async () =>
        {
            do await _scene.SettleAsync();
            while (_scene.Time.GetUtcNow() < until && _scene.Time.JumpToNextTimer());
        }, model => model.Wait());
    }

    /// <summary>All that is left is done, in a world that is in order.</summary>
    private async Task EndAsync()
    {
        _faults.Never();
        foreach (var instance in Tasks.SelectMany(task => task.Instances))
            if (_world.Of(instance) is not Way.Hangs) _world.Set(instance, Way.Works);
        await ReleaseAsync();
        foreach (var id in _runs.Keys.ToArray()) await CommandAsync(id, "resume", runs => runs.PauseAsync(id, new PauseCommand(false)), model => model.Pause(false));
        await WaitAsync();
    }

    private Task DoAsync(string what, Func<Task> act, Action model, string run)
    {
        _done.Add(what);
        _before = _runs.TryGetValue(run, out var known) ? $"{run} was {known.Status} {string.Join(" ", known.Instances)}" : "";
        var crashes = _faults.Crashes;
        return PlayAsync(act, () =>
        {
            if (_faults.Crashes > crashes) _repeated.Add(run);
            model();
        }, [run]);
    }

    private Task AllAsync(Func<Task> act, Action<RunModel> model) => PlayAsync(act, () =>
    {
        foreach (var run in _runs.Values) model(run);
    }, _runs.Keys);

    /// <summary>Does something, again when the host died of it, and compares.</summary>
    private async Task PlayAsync(Func<Task> act, Action model, IEnumerable<string> runs)
    {
        for (var (acted, modelled) = (false, false); ;)
        {
            try
            {
                if (!acted) await act();
                acted = true;
                if (!modelled) model();
                modelled = true;
                foreach (var id in runs.ToArray()) await AgreeAsync(id);
                return;
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException && _faults.TakeNotice())
            {
                _done.Add("  (the host died)");
                await _scene.RestartAsync(_faults);
            }
        }
    }

    /// <summary>Lets the work of this instant be done, and the documents be written, until the run is as the model says.</summary>
    private async Task AgreeAsync(string id)
    {
        await _scene.SettleAsync();
        for (var seconds = 0; ; seconds++)
        {
            _scene.Time.Advance(TimeSpan.FromSeconds(1.1));
            await _scene.SettleAsync();
            var difference = await DifferenceAsync(id);
            if (difference is null) return;
            if (seconds == 3) await ReconcileAsync();
            Assert.True(seconds < 30, $"{difference}{Environment.NewLine}{_before}{Environment.NewLine}{_runs[id].Dag.Describe()}");
        }
    }

    /// <summary>What a host does once a minute: finds what a crash left undone.</summary>
    private async Task ReconcileAsync()
    {
        _scene.Time.Advance(Reconciler.Patience + TimeSpan.FromSeconds(1));
        await _scene.SettleAsync();
        await _scene.Host.Services.ReconcileAsync();
        await _scene.SettleAsync();
    }

    private async Task<string?> DifferenceAsync(string id)
    {
        var run = _runs[id];
        var view = await _scene.ViewAsync(id);
        var found = await _scene.Host.InstancesAsync(view);
        var differences = new List<string>();
        if (view.Final != run.IsFinal || view.Body.Status != run.Status) differences.Add($"the run is {view.Body.Status} ({view.Body.Reason}) and should be {run.Status}");
        foreach (var instance in run.Instances)
        {
            var isThere = found.TryGetValue(instance.Name, out var document) || found.TryGetValue(instance.Task.Id, out document);
            // A part that has not been started shows nothing.
            if (!isThere && instance.State is not TaskState.None && !(_inParts && instance.State is TaskState.Scheduled or TaskState.Skipped)) differences.Add($"{instance.Name} is not there and should be {instance.State}");
            else if (isThere && document!.State != instance.State) differences.Add($"{instance.Name} is {document.State} ({document.Reason}) and should be {instance.State}");
            else if (isThere && (document!.Keys.Length == 0) == (instance.Key is null) && (_repeated.Contains(id) ? document.Try < instance.Try : document.Try != instance.Try))
                differences.Add($"{instance.Name} has try {document.Try} and should have {instance.Try}");
        }
        return differences.Count == 0 ? null : $"{id}: {string.Join("; ", differences)}";
    }

    private async Task CheckEndAsync()
    {
        Assert.All(_runs, run => Assert.True(run.Value.IsFinal, $"I1: {run.Key} has not ended"));
        await _scene.DrainAsync();
        Assert.All(_scene.Stage.Journal.GroupBy(each => each.Attempt), tried => Assert.True(tried.Count() <= 1 + _faults.Crashes, $"I3: '{tried.Key}' was executed {tried.Count()} times, and the host died {_faults.Crashes} times"));
        foreach (var id in _runs.Keys) await CheckOutputsAsync(id);
        if (_faults.Crashes == 0) Assert.True(MostAtOnce() <= 2, $"I9: {MostAtOnce()} executions were at work at once in a pool of 2 slots");
        // A host that died while it took slots may have left some behind.
        if (_faults.Crashes > 0) await ReconcileAsync();
        foreach (var pool in _dags.Keys.Select(PoolNames.RunsOf).Append(PoolNames.Named("db")))
        {
            var ledger = await _scene.Host.Actors.Ledgers.GetAsync(pool);
            Assert.True(ledger.IsIdle, $"I9: slots of '{pool}' are taken, and nothing runs: {System.Text.Json.JsonSerializer.Serialize(ledger)}");
        }
        Invariants.Database(_scene);
    }

    /// <summary>Work hands over the attempt that it was: what is read is of the last one that was executed, and no other's.</summary>
    private async Task CheckOutputsAsync(string id)
    {
        var executed = _scene.Stage.Journal.Select(each => each.Attempt).ToHashSet();
        foreach (var (name, instance) in await _scene.Host.InstancesAsync(await _scene.ViewAsync(id)))
        {
            if (instance is not { State: TaskState.Success, Output.Value: { ValueKind: System.Text.Json.JsonValueKind.Object } output }) continue;
            var attempt = output.GetProperty("attempt").GetString()!;
            Assert.True(executed.Contains(attempt) && attempt.EndsWith($"/{instance.Try}", StringComparison.Ordinal), $"I4: {id}: the output of try {instance.Try} of {name} is that of '{attempt}'");
        }
    }

    /// <summary>The most executions of tasks of the pool at the same time.</summary>
    private int MostAtOnce()
    {
        var pooled = _dags.Values.SelectMany(versions => versions).SelectMany(dag => dag.Spec.Tasks).Where(task => !task.Pools.IsEmpty).Select(task => task.Id).ToHashSet();
        var (most, now) = (0, 0);
        foreach (var (_, change) in _scene.Stage.Journal.Where(each => pooled.Contains(each.Task)).SelectMany(each => ((int At, int Change)[])[(each.StartedAt, 1), (each.EndedAt!.Value, -1)]).OrderBy(each => each.Item1))
            most = Math.Max(most, now += change);
        return most;
    }
}
