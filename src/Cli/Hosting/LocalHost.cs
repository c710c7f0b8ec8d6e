using System.Collections.Immutable;
using Updraft.Api;
using Updraft.Azure;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>
/// A data folder that this process owns, with all that runs on it: the embedded engine, the actors, the operators. It drives everything, or one
/// run, or while it is not started nothing; what it is told is stored all the same.
/// </summary>
internal sealed class LocalHost : IApiHost, IAsyncDisposable
{
    private static readonly TimeSpan ReconcileEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetainEvery = TimeSpan.FromHours(1);

    // A worker slot for a process has room for a few activities inside this one, as in the engine's own defaults.
    private const int InProcessPerWorker = 4;

    private readonly LocalHostOptions _options;
    private readonly EmbeddedHost _host;
    private readonly AzureStorage? _storage;
    private readonly PackageFolders _packages;
    private readonly ActivityRegistry _registry = new();
    private readonly List<Rounds> _rounds = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _retaining = new(1);
    private Task<ApiServer>? _server;
    private Task _consuming = Task.CompletedTask;
    private bool _started;

    private LocalHost(LocalHostOptions options, EmbeddedHost host, AzureStorage? storage)
    {
        (_options, _host, _storage) = (options, host, storage);
        var folder = host.Options.DataFolder;
        Data = storage is null ? new DataFolder(folder, host.State, host.Blobs) : new DataFolder(folder, storage.State, storage.Blobs, storage.Name);
        _packages = new PackageFolders(PackageBuilder.PackagesOf(folder), new PackageNotes(Data.State, options.Clock));
        Services = new RunServices(new RunPorts(Data.State, Data.Blobs, host.Attempts, host.Client, options.Clock), BuiltInOperators.Catalog,
            _packages, Path.Combine(folder, "scratch"), options.Logging,
            connections: Connections.OfHost(folder, options.Clock),
            variables: [new EnvironmentVariables(), FileVariables.Of(folder)]);
        Services.Register(_registry);
    }

    /// <summary>All that can be done with runs.</summary>
    public RunServices Services { get; }

    public RunClient Runs => Services.Runs;

    public RunNotices Notices => Services.Notices;

    public TimeProvider Clock => _options.Clock;

    /// <summary>Why nothing can be stored at the moment; null when all is well.</summary>
    public UpdraftException? Failure => _host.Failure ?? _storage?.Failure;

    /// <summary>What is stored.</summary>
    public DataFolder Data { get; }

    /// <inheritdoc/>
    public string Name => Data.Name;

    /// <summary>Cancelled when this process stops.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Told of what fails beside runs and is tried again.</summary>
    public event Action<Exception>? Troubled;

    /// <summary>Opens a data folder as its owner, and makes it when absent.</summary>
    /// <exception cref="UpdraftException">Another process owns it, or it cannot be read or written.</exception>
    public static async Task<LocalHost> OpenAsync(LocalHostOptions options)
    {
        var host = await EmbeddedHost.OpenAsync(new EmbeddedOptions
        {
            DataFolder = options.Folder,
            Time = options.Clock,
            Logging = options.Logging,
            Drives = options.OnlyRun is { } run ? [new(RunTags.Run, run), new(RunTags.Root, run), new(WatcherKind.Tag, WatcherKind.Conditions)] : [],
            Lanes = options.Lanes.ToImmutableDictionary(lane => lane.Key, lane => new LaneSlots(lane.Value * InProcessPerWorker, lane.Value)),
        });
        try
        {
            return new LocalHost(options, host, await FolderStorage.OwnAsync(host.Options.DataFolder, options.Storage, host.State));
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether this process drives a run; of null, whether it drives everything.</summary>
    public bool Drives(string? runId) => _started && (_options.OnlyRun is null || _options.OnlyRun == runId);

    /// <summary>Starts the work: what a killed process left goes on.</summary>
    public async Task StartAsync()
    {
        await _host.StartAsync(_registry);
        _started = true;
        Repeat(ReconcileEvery, Services.ReconcileAsync);
        if (_options.OnlyRun is not null) return;
        Repeat(RetainEvery, cancellation => RetainAsync(null, cancellation));
        _consuming = Services.QueueConsumer.RunAsync(_stop.Token);
    }

    /// <inheritdoc/>
    public async Task<RetentionReport> RetainAsync(RetentionPolicy? policy, CancellationToken cancellation)
    {
        await _retaining.WaitAsync(cancellation);
        try
        {
            return await Services.Retention.RunOnceAsync(policy ?? ServeSettings.RetentionOf(_host.Options.DataFolder), cancellation);
        }
        finally
        {
            _retaining.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<BackupMade> BackupAsync(string folder, CancellationToken cancellation)
    {
        if (_storage is not null)
            throw new UpdraftException(CliErrors.NoBackup, $"a backup of {Data.Folder} would not contain the documents, logs and outputs, which are in {_storage.Name}: keep those safe by the account's own means, as versions, soft delete and restore to a point in time; runs go on from them with a new data folder");
        using var kept = await _packages.KeepAllAsync(cancellation);
        var manifest = await _host.BackupAsync(folder, cancellation);
        return new BackupMade(manifest.At, manifest.Files.Length, manifest.Files.Sum(file => file.Bytes));
    }

    private void Repeat(TimeSpan every, Func<CancellationToken, Task> round) => _rounds.Add(new Rounds(every, Clock, round, e => Troubled?.Invoke(e)));

    /// <summary>Lets others ask this process.</summary>
    /// <param name="urls">Where it listens beside the folder's own socket.</param>
    /// <param name="signIn">Whether a key is needed on loopback too.</param>
    /// <param name="after">How long to wait first: a run that is over at once need not listen.</param>
    public Task<ApiServer> ListenAsync(ImmutableArray<string> urls, bool signIn = false, TimeSpan after = default) => _server = Task.Run(async () =>
    {
        await Task.Delay(after, Clock, _stop.Token);
        return await ApiServer.StartAsync(this, urls, signIn, _options.Logging);
    });

    /// <summary>Stops. What was at work runs again when it is started again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_server is not null && await Task.WhenAny(_server) is { IsCompletedSuccessfully: true } server) await server.Result.DisposeAsync();
        foreach (var rounds in _rounds) await rounds.DisposeAsync();
        await _consuming;
        await _host.DisposeAsync();
        _retaining.Dispose();
        _stop.Dispose();
    }
}
