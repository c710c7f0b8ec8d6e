using Microsoft.Extensions.Logging;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>
/// A data folder with its stores and its engine, owned by this process. The stores and the client work at once; orchestrations go on from
/// <see cref="StartAsync"/>. Safe for use by many threads.
/// </summary>
public sealed class EmbeddedHost : IAsyncDisposable
{
    private readonly FolderLock _lock;
    private readonly Database _database;
    private readonly AtWork _atWork;
    private readonly Writer _writer;
    private readonly Engine _engine;
    private readonly EmbeddedClient _client;
    private readonly WorkCount _work;
    private readonly FileBlobStore _blobs;
    private bool _disposed;

    private EmbeddedHost(EmbeddedOptions options, FolderLock folderLock, Database database, AtWork atWork, Suspects suspects)
    {
        (_lock, _database, _atWork) = (folderLock, database, atWork);
        Options = options;
        var faults = new FaultGate(options.Faults);
        faults.Crashed += crash => Crashed.TrySetResult(crash);
        _work = new();
        _writer = new(database, options, _work, faults);
        _engine = new(options, database, _writer, faults, _work, atWork, suspects);
        _client = new(_engine);
        State = new SqliteStateStore(database, _writer);
        _blobs = new FileBlobStore(options.DataFolder, faults, options.RelaxedDurability);
        _blobs.Prepare();
        Attempts = new EmbeddedAttemptHost(_engine.Stopping);
    }

    /// <summary>What it was opened with.</summary>
    public EmbeddedOptions Options { get; }

    /// <summary>Starts and wakes orchestrations.</summary>
    public IOrchestrationClient Client => _client;

    /// <summary>Documents.</summary>
    public IStateStore State { get; }

    /// <summary>Blobs.</summary>
    public IBlobStore Blobs => _blobs;

    /// <summary>Claims of attempts.</summary>
    public IAttemptHost Attempts { get; }

    /// <summary>Why nothing can be stored at the moment; null when all is well.</summary>
    public UpdraftException? Failure => _writer.Failure;

    /// <summary>What is under way.</summary>
    internal WorkCount Work => _work;

    /// <summary>Completes when a simulated crash has killed this host.</summary>
    internal TaskCompletionSource<SimulatedCrashException> Crashed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens a data folder as its owner, and makes it when absent.</summary>
    /// <exception cref="UpdraftException">Another process owns the folder, it was written by a newer version, or it cannot be read or written.</exception>
    public static Task<EmbeddedHost> OpenAsync(EmbeddedOptions options)
    {
        options = options with { DataFolder = Path.GetFullPath(options.DataFolder) };
        FolderLock? folderLock = null;
        Database? database = null;
        AtWork? atWork = null;
        try
        {
            PrivateFiles.CreateFolder(options.DataFolder);
            Schema.RefuseNewer(options.DataFolder);
            folderLock = FolderLock.Take(options.DataFolder);
            database = Database.Open(options.DataFolder, options.RelaxedDurability);
            atWork = AtWork.Open(options.DataFolder, out var left);
            var suspects = Suspects.Count(database.Writer, left);
            Logs.Opened(options.Logging.CreateLogger<EmbeddedHost>(), options.DataFolder, SqliteDb.Version);
            return Task.FromResult(new EmbeddedHost(options, folderLock, database, atWork, suspects));
        }
        catch (Exception exception)
        {
            atWork?.Dispose();
            database?.Dispose();
            folderLock?.Dispose();
            throw StorageFailures.Of(exception, options.DataFolder) ?? exception;
        }
    }

    /// <summary>Starts the engine: what has not ended goes on with this code. Once only.</summary>
    public Task StartAsync(ActivityRegistry registry)
    {
        _engine.Start(registry);
        return Task.CompletedTask;
    }

    /// <summary>Completes once no turn, commit or activity is under way. With a virtual clock, only a timer or a caller then starts anything.</summary>
    public Task IdleAsync() => _work.IdleAsync();

    /// <summary>Waits until an instance has ended, and its end is stored. Null when there is no such instance.</summary>
    public Task<OrchestrationMetadata?> WaitForEndAsync(string instanceId, CancellationToken cancellation = default) => _client.WaitForEndAsync(instanceId, cancellation);

    /// <summary>Copies the data folder while all goes on: what was acknowledged before this call is in the copy.</summary>
    /// <param name="target">The backup's folder: empty, or not there yet, and outside of the data folder.</param>
    /// <param name="cancellation">Gives up, and leaves what cannot be taken for a backup.</param>
    /// <exception cref="UpdraftException"><see cref="BackupErrors.TargetNotEmpty"/>, or a failure of storage.</exception>
    public Task<BackupManifest> BackupAsync(string target, CancellationToken cancellation = default) => EmbeddedBackup.MakeAsync(Options, _blobs, target, cancellation);

    /// <summary>Stops the engine: activities are told to stop and run again with the next start; what is acknowledged is stored.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _engine.DisposeAsync();
        _writer.Dispose();
        _database.Dispose();
        _atWork.Dispose();
        _lock.Dispose();
    }
}
