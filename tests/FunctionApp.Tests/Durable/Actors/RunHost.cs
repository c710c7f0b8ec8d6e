using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Azure;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

/// <summary>All that runs are made of, in virtual time: on a task hub through the Durable adapters, with claims as documents, or on the embedded engine.</summary>
internal sealed class RunHost : IAsyncDisposable
{

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-durable-");
    private readonly VirtualTime _time = new();
    private readonly CancellationTokenSource _stopping = new();
    private EmbeddedHost _stores = null!;
    private DateTimeOffset _watched;

    private RunHost()
    {
    }

    public Players Players { get; } = new();

    public RunServices Services { get; private set; } = null!;

    /// <summary>The task hub; null on the embedded engine.</summary>
    public FakeTaskHub? Hub { get; private set; }

    /// <summary>How often the watchdog looks. Default: once a minute, as in every host.</summary>
    public TimeSpan WatchdogEvery { get; set; } = TimeSpan.FromMinutes(1);

    public DateTimeOffset Now => _time.GetUtcNow();

    public static async Task<RunHost> OnEmbeddedAsync(int? partSize = null)
    {
        var host = await OpenAsync();
        host.Compose(host._stores.Client, host._stores.Attempts, partSize);
        var registry = new ActivityRegistry();
        host.Services.Register(registry);
        await host._stores.StartAsync(registry);
        return host;
    }

    public static async Task<RunHost> OnHubAsync(int? weakSeed = null, int? partSize = null)
    {
        var host = await OpenAsync();
        var hub = host.Hub = new FakeTaskHub("hub", host._time, weakSeed);
        var client = new FakeTaskClient(hub, host._time);
        var lanes = new LaneClients("default");
        lanes.Use(client, client);
        host.Players.AwayAsync = hub.AwayAsync;
        host.Compose(lanes, new AwayAttempts(new ClaimAttemptHost(host._stores.State, host._time, NullLogger.Instance, host._stopping.Token), hub), partSize);
        var registry = new ActivityRegistry();
        host.Services.Register(registry);
        var activities = new ActivityRunner(registry, lanes);
        hub.Start(new OrchestratorFunction(registry).RunAsync, (name, instanceId, input, cancellation) => activities.RunAsync(new(name, instanceId, input, cancellation), client, client));
        return host;
    }

    /// <summary>Triggers a run.</summary>
    public Task<TriggeredRun> TriggerAsync(DagSpec dag, string runId = "r") => Services.Runs.TriggerAsync(new TriggerRun
    {
        Dag = dag,
        Operators = [.. Players.All.Select(each => each.Manifest).Where(manifest => dag.OperatorNames().Contains(manifest.Name))],
        RunId = runId,
    });

    /// <summary>Lets time pass until a run has ended, and nothing is left to do of it at that instant.</summary>
    public async Task<RunView> EndAsync(string runId = "r")
    {
        RunView? view = null;
        await UntilAsync(async () => (view = await Services.Runs.Reader.GetAsync(runId)) is { Final: true });
        return view!;
    }

    /// <summary>Lets time pass, doing all that falls due, with a watchdog once a minute.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var passed = false;
        await using var timer = _time.CreateTimer(_ => passed = true, null, time, Timeout.InfiniteTimeSpan);
        await UntilAsync(() => Task.FromResult(passed));
    }

    /// <summary>Lets time pass until something holds.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds)
    {
        while (true)
        {
            await SettleAsync();
            if (await holds()) return;
            if (Now - _watched >= WatchdogEvery)
            {
                _watched = Now;
                await Services.ReconcileAsync();
                await SettleAsync();
            }
            if (Hub?.Broken is { Count: > 0 } broken) throw new InvalidOperationException(string.Join('\n', broken));
            Jump();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (Hub is not null) await Hub.DisposeAsync();
        await _stores.DisposeAsync();
        _folder.Delete(recursive: true);
        _stopping.Dispose();
    }

    private static async Task<RunHost> OpenAsync()
    {
        var host = new RunHost();
        host._watched = host.Now;
        host._stores = await EmbeddedHost.OpenAsync(new EmbeddedOptions { DataFolder = host._folder.FullName, Time = host._time, RelaxedDurability = true });
        return host;
    }

    private void Compose(IOrchestrationClient orchestrations, IAttemptHost attempts, int? partSize) => Services = new RunServices(
        new RunPorts(_stores.State, _stores.Blobs, attempts, orchestrations, _time), new OperatorCatalog(BuiltInOperators.Catalog.All.Concat(Players.All)),
        new PackageFolders(Path.Combine(_folder.FullName, "packages")), Path.Combine(_folder.FullName, "scratch"), null, partSize);

    private async Task SettleAsync()
    {
        do
        {
            if (Hub is not null) await Hub.IdleAsync();
            await _stores.IdleAsync();
        }
        while (Hub is { } hub && !hub.IdleAsync().IsCompleted);
    }

    private void Jump()
    {
        // Without a context, what time brings about is begun on this thread, and so when it has passed.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        var jumped = _time.JumpToNextTimer();
        SynchronizationContext.SetSynchronizationContext(context);
        if (!jumped) throw new InvalidOperationException($"nothing is left to do at {Now:O}, and what was waited for has not come");
    }

    /// <summary>Who waits for another to give an attempt back waits for the clock.</summary>
    private sealed class AwayAttempts(IAttemptHost attempts, FakeTaskHub hub) : IAttemptHost
    {
        public Task<IAttempt?> ClaimAsync(string attemptId, CancellationToken cancellation = default) => attempts.ClaimAsync(attemptId, cancellation);

        public Task<bool> StopAsync(string attemptId, CancellationToken cancellation = default) => attempts.StopAsync(attemptId, cancellation);

        public async Task<bool> WaitForReleaseAsync(string attemptId, CancellationToken cancellation = default)
        {
            var released = false;
            await hub.AwayAsync(async () => released = await attempts.WaitForReleaseAsync(attemptId, cancellation));
            return released;
        }
    }
}
