using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>Holds the instances that are in memory, and what they share: lanes, timers, activities, the writer.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly EmbeddedOptions _options;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WakeUp> _wakeUps = new(StringComparer.Ordinal);
    private readonly IdleInstances _idle;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Activities _activities = new();
    private ActivityRegistry? _registry;
    private Exception? _whyOver;
    private long _lastInstance, _lastInbox;

    public Engine(EmbeddedOptions options, Database database, Writer writer, FaultGate faults, WorkCount work, AtWork atWork, Suspects suspects)
    {
        (_options, Database, Writer, Faults, Work, AtWork, Suspects) = (options, database, writer, faults, work, atWork, suspects);
        _log = options.Logging.CreateLogger<Engine>();
        Weak = options.WeakSeed is { } seed ? new(seed) : null;
        Timers = new(options.Time, Fire);
        Ends = new();
        _idle = new(options);
        _lastInstance = database.Read(db => db.ReadLong("SELECT MAX(n) FROM instances"));
        _lastInbox = database.Read(db => db.ReadLong("SELECT MAX(seq) FROM inbox"));
        faults.Crashed += Crash;
        EngineMetrics.Opened(this);
    }

    public Database Database { get; }

    public Writer Writer { get; }

    public FaultGate Faults { get; }

    public WorkCount Work { get; }

    /// <summary>What is at work, for who comes after this process.</summary>
    public AtWork AtWork { get; }

    /// <summary>What was at work when those before this process died.</summary>
    public Suspects Suspects { get; }

    public WeakMode? Weak { get; }

    public TimerQueue Timers { get; }

    public EndWaits Ends { get; }

    public ILoggerFactory Logging => _options.Logging;

    public ActivityRegistry Registry => _registry!;

    public CancellationToken Stopping => _stopping.Token;

    public bool IsStarted => _registry is not null;

    public bool IsOver => _whyOver is not null;

    public Exception WhyOver => _whyOver!;

    /// <summary>Lanes by name, as far as anything has run on them.</summary>
    public IEnumerable<KeyValuePair<string, Lane>> Lanes => _lanes;

    public int InstancesInMemory => _instances.Count;

    public TimeProvider Time => _options.Time;

    public DateTime Now => _options.Time.GetUtcNow().UtcDateTime;

    /// <summary>Has all instances that have not ended, and that this engine drives, go on.</summary>
    public void Start(ActivityRegistry registry)
    {
        if (Interlocked.CompareExchange(ref _registry, registry, null) is not null) throw new InvalidOperationException("the engine was started before");
        foreach (var open in Database.Read(InstanceTable.ListOpen))
        {
            if (open.IsSuspended || !Drives(open.Tags)) continue;
            if (!open.IsWaiting) Send(open.Id, Continue.Message);
            else if (open.WakeAt is { } at) WakeLater(open.Id, at);
        }
    }

    /// <summary>Puts a message to an instance, which comes into memory for it.</summary>
    public void Send(string id, InstanceMessage message, bool here = false)
    {
        while (true)
        {
            var instance = _instances.GetOrAdd(id, static (id, engine) => new(engine, id), this);
            if (instance.Post(message, here)) return;
            Remove(instance);
        }
    }

    /// <summary>Begins an instance that was just stored.</summary>
    public void Begin(InstanceRow row)
    {
        if (!IsStarted || !Drives(row)) return;
        var instance = new Instance(this, row.Id, row);
        if (_instances.TryAdd(row.Id, instance) && instance.Post(GoOn.Message)) return;
        Send(row.Id, Continue.Message);
    }

    public InstanceRow? Find(string id) => Database.Read(db => InstanceTable.Find(db, id));

    public bool Drives(InstanceRow row) => Drives(row.Tags);

    public Lane LaneOf(string name) => _lanes.GetOrAdd(
        name, static (name, options) => new(options.Lanes.GetValueOrDefault(name) ?? new(options.InProcessSlots, options.ProcessSlots)), _options);

    public long NextInstance() => Interlocked.Increment(ref _lastInstance);

    public long NextInbox() => Interlocked.Increment(ref _lastInbox);

    public void StartActivity(InstanceRow row, AskedActivity asked)
    {
        if (!_activities.TryAdd()) return;
        Work.Add();
        ActivityMetrics.Started(asked.Name);
        new ActivityJob(this, row, asked).Start(LaneOf(row.Lane));
    }

    public void ActivityEnded()
    {
        _activities.Remove();
        Work.Done();
    }

    /// <summary>An instance waits. After a while it leaves memory.</summary>
    public void Idle(Instance instance, long stamp) => _idle.Add(instance, stamp);

    public void WakeLater(string id, long at)
    {
        if (_wakeUps.TryRemove(id, out var earlier)) Timers.Remove(earlier);
        _wakeUps[id] = Timers.Add(at, id, 0, 0, 0);
    }

    public void CameBack(string id)
    {
        if (_wakeUps.TryRemove(id, out var wakeUp)) Timers.Remove(wakeUp);
    }

    public void Remove(Instance instance) => _instances.TryRemove(new(instance.Id, instance));

    public void Ended(string id) => Ends.Signal(id);

    /// <summary>The store could not be read: the instance is worked on again soon.</summary>
    public void Hold(Instance instance, Exception failure)
    {
        if (IsOver) return;
        Logs.InstanceHeld(_log, instance.Id, failure);
        Timers.Add(Now.AddSeconds(1).Ticks, instance.Id, 0, 0, 0);
    }

    public void LogFailed(string id, string reason) => Logs.InstanceFailed(_log, id, reason);

    /// <summary>Takes no more turns, tells activities to stop, and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        _whyOver ??= new UpdraftException(EngineErrors.Stopped, $"the host of '{_options.DataFolder}' has stopped");
        EngineMetrics.Closed(this);
        Timers.Dispose();
        _idle.Dispose();
        await _stopping.CancelAsync();
        if (_whyOver is not SimulatedCrashException)
        {
            try
            {
                await _activities.StopAsync().WaitAsync(_options.StopTimeout, TimeProvider.System);
            }
            catch (TimeoutException)
            {
                // Their results will be dropped, and the work runs again with the next start.
                Logs.ActivitiesGoOn(_log, _options.StopTimeout.TotalSeconds);
            }
        }
        Ends.Fail(_whyOver);
    }

    private void Crash(SimulatedCrashException crash)
    {
        _whyOver = crash;
        EngineMetrics.Closed(this);
        Timers.Dispose();
        _stopping.Cancel();
        Ends.Fail(crash);
        Work.Abandon();
    }

    private bool Drives(string tags) => _options.Drives.IsEmpty || (InstanceRow.ReadTags(tags) is var found && _options.Drives.Any(tag => found.GetValueOrDefault(tag.Name) == tag.Value));

    private void Fire(WakeUp wakeUp)
    {
        if (wakeUp.Seq > 0)
        {
            Send(wakeUp.Instance, new Delivery(wakeUp.N, wakeUp.Execution, new TimerFired(wakeUp.Seq)));
            return;
        }
        _wakeUps.TryRemove(new(wakeUp.Instance, wakeUp));
        Send(wakeUp.Instance, Continue.Message);
    }
}
