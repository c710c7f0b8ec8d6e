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
    private readonly RunServices _services;
    private readonly ActivityRegistry _registry;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private Task _reconciling = Task.CompletedTask;

    private LocalHost(EmbeddedHost host, TimeProvider clock, ILoggerFactory logging)
    {
        (_host, _clock) = (host, clock);
        var folder = host.Options.DataFolder;
        _services = new RunServices(new RunPorts(host.State, host.Blobs, host.Attempts, host.Client, clock), BuiltInOperators.Catalog,
            new PackageFolders(PackageBuilder.PackagesOf(folder)), Path.Combine(folder, "scratch"), logging);
        _registry = new ActivityRegistry();
        _services.Register(_registry);
    }

    public RunClient Runs => _services.Runs;

    public RunNotices Notices => _services.Notices;

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

    private async Task ReconcileAsync()
    {
        using var timer = new PeriodicTimer(ReconcileEvery, _clock);
        try
        {
            do
            {
                await _services.ReconcileAsync(_stop.Token);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
