using Microsoft.Extensions.Logging;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>
/// A data folder that this process owns, with all that runs on it: the embedded engine, the actors of runs, the operators.
/// </summary>
internal sealed class LocalHost : IAsyncDisposable
{
    private static readonly TimeSpan ReconcileEvery = TimeSpan.FromMinutes(1);

    private readonly EmbeddedHost _host;
    private readonly ActorRuntime _actors;
    private readonly ActivityRegistry _registry;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private Task _reconciling = Task.CompletedTask;

    private LocalHost(EmbeddedHost host, TimeProvider clock, ILoggerFactory logging)
    {
        (_host, _clock) = (host, clock);
        var folder = host.Options.DataFolder;
        var notices = new RunNotices();
        _actors = new ActorRuntime(host.State, host.Client, clock, new RunKind(host.State, notices), new PartKind(), new JobKind());
        Runs = new RunClient(host.State, _actors.Specs, _actors.Actors, notices, clock);
        Notices = notices;
        _registry = new ActivityRegistry();
        _actors.Register(_registry);
        _registry.AddAttempts(new AttemptServices
        {
            Host = host.Attempts,
            Blobs = host.Blobs,
            Inputs = new RunInputs(host.State, _actors.Specs),
            Specs = new StoredSpecs(_actors.Specs),
            Operators = BuiltInOperators.Catalog,
            Packages = new PackageFolders(PackageBuilder.PackagesOf(folder)),
            Time = clock,
            ScratchFolder = Path.Combine(folder, "scratch"),
            Logger = logging.CreateLogger("Updraft.Operators"),
        });
    }

    public RunClient Runs { get; }

    public RunNotices Notices { get; }

    /// <summary>Why nothing can be stored at the moment; null when all is well.</summary>
    public UpdraftException? Failure => _host.Failure;

    public DataFolder Data => new(_host.Options.DataFolder, _host.State, _host.Blobs);

    /// <summary>Opens a data folder as its owner, and makes it when absent.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="runId">The one run that is driven; all others stay as they are.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logging">Where the host's own logs go.</param>
    /// <exception cref="UpdraftException">Another process owns it, or it cannot be read or written.</exception>
    public static async Task<LocalHost> OpenAsync(string folder, string runId, TimeProvider clock, ILoggerFactory logging)
    {
        var host = await EmbeddedHost.OpenAsync(new EmbeddedOptions { DataFolder = folder, Time = clock, Logging = logging, Drives = new InstanceTag("run", runId) });
        try
        {
            return new LocalHost(host, clock, logging);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the work: what a killed process left goes on.</summary>
    public async Task StartAsync()
    {
        await _host.StartAsync(_registry);
        _reconciling = ReconcileAsync();
    }

    /// <summary>Stops. What was at work runs again when the run is started again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reconciling;
        await _host.DisposeAsync();
        _stop.Dispose();
    }

    private async Task<bool> IsOverAsync(Lease lease) => await _actors.Actors.GetRequestAsync(lease.Owner) is null || await _actors.Actors.GetHeadAsync(lease.Owner) is { Final: true };

    private async Task ReconcileAsync()
    {
        using var timer = new PeriodicTimer(ReconcileEvery, _clock);
        try
        {
            do
            {
                await _actors.Reconciler.RunOnceAsync(_stop.Token);
                await _actors.LedgerReconciler.RunOnceAsync(IsOverAsync, _stop.Token);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
