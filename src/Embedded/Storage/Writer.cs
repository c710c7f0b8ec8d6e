using Microsoft.Extensions.Logging;
using Updraft.Dags;

namespace Updraft.Embedded;

/// <summary>
/// The one thread that writes to the database. What has queued up while the last transaction went to the disk is the next transaction, so
/// one wait for the disk serves many, and a lone write waits for nobody.
/// </summary>
internal sealed class Writer : IDisposable
{
    private const int CheckpointPages = 2_000;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastBackoff = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly WriteQueue _queue = new();
    private readonly List<WriteOp> _batch = [];
    private readonly Database _database;
    private readonly EmbeddedOptions _options;
    private readonly WorkCount _work;
    private readonly FaultGate _faults;
    private readonly ILogger _log;
    private readonly ITimer _retry;
    private readonly Thread _thread;
    private int _parked;
    private bool _asleep, _retryNow, _closing, _suspect;
    private Exception? _dead;
    private TimeSpan _backoff = FirstBackoff;
    private int _pages;

    public Writer(Database database, EmbeddedOptions options, WorkCount work, FaultGate faults)
    {
        (_database, _options, _work, _faults) = (database, options, work, faults);
        faults.Crashed += Die;
        _log = options.Logging.CreateLogger<Writer>();
        _retry = options.Time.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new(Run) { IsBackground = true, Name = "updraft writer" };
        _thread.Start();
    }

    /// <summary>Why nothing can be written; null when all is well.</summary>
    public UpdraftException? Failure { get; private set; }

    /// <summary>How many writes wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _queue.Count + _parked;
        }
    }

    public void Enqueue(WriteOp op)
    {
        _work.Add();
        Exception? dead;
        var wake = false;
        lock (_gate)
        {
            dead = _dead;
            if (dead is null)
            {
                _queue.Add(op);
                (wake, _asleep) = (_asleep, false);
            }
        }
        if (wake) _wake.Release();
        if (dead is null) return;
        op.Failed(dead);
        _work.Done();
    }

    /// <summary>Writes for a caller, who may go on once it is durable. <paramref name="committed"/> runs on the writer's thread before.</summary>
    public Task<T> WriteAsync<T>(string what, Func<SqliteDb, T> apply, Action<T>? committed = null)
    {
        var op = new CallerWrite<T>(what, apply, committed);
        Enqueue(op);
        return op.Answer;
    }

    /// <summary>Writes what is queued, then takes no more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            _asleep = false;
        }
        _wake.Release();
        if (Thread.CurrentThread != _thread) _thread.Join();
        _retry.Dispose();
    }

    /// <summary>Stops where it stands, as a crash would.</summary>
    private void Die(Exception cause)
    {
        lock (_gate)
        {
            _dead ??= cause;
            _asleep = false;
        }
        _wake.Release();
    }

    private void Run()
    {
        while (Take())
        {
            try
            {
                Commit();
                Succeeded();
            }
            catch (SimulatedCrashException)
            {
                // Dead by now: whoever waits is told below.
            }
            catch (Exception exception)
            {
                Failed(exception);
            }
        }
        Abandon();
    }

    private bool Take()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_dead is not null) return false;
                if (_queue.Count > 0 || (_retryNow && _parked > 0))
                {
                    _work.Add(_parked);
                    _parked = 0;
                    _retryNow = false;
                    _queue.Take(_batch);
                    return true;
                }
                if (_closing)
                {
                    _dead = new UpdraftException(EngineErrors.Stopped, $"the host of '{_options.DataFolder}' has stopped");
                    return false;
                }
                _asleep = true;
            }
            _wake.Wait();
        }
    }

    private void Commit()
    {
        if (_suspect)
        {
            _database.Recover();
            _suspect = false;
        }
        var began = TimeProvider.System.GetTimestamp();
        var db = _database.Writer;
        db.Query("BEGIN IMMEDIATE").Run();
        foreach (var op in _batch) op.Apply(db);
        _faults.At(FaultPoint.BeforeCommit, Database.FileName);
        db.Query("COMMIT").Run();
        EngineMetrics.Committed(_batch.Count, TimeProvider.System.GetElapsedTime(began));
        _faults.At(FaultPoint.AfterCommit, Database.FileName);
    }

    private void Succeeded()
    {
        if (Failure is not null) Logs.StorageIsBack(_log, _options.DataFolder);
        (Failure, _backoff) = (null, FirstBackoff);
        foreach (var op in _batch)
        {
            op.Committed(_faults);
            _work.Done();
        }
        _batch.Clear();
        _pages += _database.Writer.TakePagesWritten();
        if (_pages < CheckpointPages) return;
        _database.Writer.Checkpoint();
        _pages = 0;
    }

    /// <summary>Nothing of the batch is acknowledged. Callers are told; what memory is ahead of is held, and tried again.</summary>
    private void Failed(Exception exception)
    {
        var failure = StorageFailures.Of(exception, _options.DataFolder)
            ?? new UpdraftException(EngineErrors.Storage, $"writing to '{_options.DataFolder}' failed: {exception.Message}", exception);
        if (Failure is null) Logs.StorageFailed(_log, failure.Code, failure.Message, exception);
        Failure = failure;
        EngineMetrics.CommitFailed();
        _suspect = true;
        foreach (var op in _batch)
        {
            op.Failed(failure);
            if (!op.IsRetried) _work.Done();
        }
        _batch.RemoveAll(op => !op.IsRetried);
        lock (_gate)
        {
            // Held writes are no work under way: a test's clock may move on to the retry.
            _parked = _batch.Count;
            _work.Done(_parked);
        }
        _retry.Change(_backoff, Timeout.InfiniteTimeSpan);
        _backoff = _backoff * 2 < LastBackoff ? _backoff * 2 : LastBackoff;
    }

    private void Retry()
    {
        lock (_gate)
        {
            _retryNow = true;
            if (!_asleep) return;
            _asleep = false;
        }
        _wake.Release();
    }

    private void Abandon()
    {
        lock (_gate)
        {
            while (_queue.Count > 0) _queue.Take(_batch);
            _work.Add(_parked);
            _parked = 0;
        }
        foreach (var op in _batch)
        {
            op.Failed(_dead!);
            _work.Done();
        }
        _batch.Clear();
    }
}
