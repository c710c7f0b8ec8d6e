using Microsoft.Extensions.Logging;

namespace Updraft.Orchestration;

/// <summary>What a host needs to run actors: the orchestrator and its activities over the ports, and the clients that go with them.</summary>
public sealed class ActorRuntime
{
    private readonly IStateStore _store;
    private readonly IOrchestrationClient _orchestrations;
    private readonly TimeProvider _clock;
    private readonly ActorKinds _kinds;
    private readonly ActorLoopOptions _options;
    private readonly Inbox _inbox;
    private readonly ActorReader _reader;
    private readonly ActorWriter _writer;

    /// <summary>Puts the parts together.</summary>
    public ActorRuntime(IStateStore store, IOrchestrationClient orchestrations, TimeProvider clock, params IEnumerable<IActorKind> kinds)
        : this(store, orchestrations, clock, new(), kinds)
    {
    }

    internal ActorRuntime(IStateStore store, IOrchestrationClient orchestrations, TimeProvider clock, ActorLoopOptions options, IEnumerable<IActorKind> kinds)
    {
        _kinds = new(kinds);
        _options = options;
        _inbox = new(store, clock);
        Specs = new(store, clock);
        Actors = new(store, orchestrations, clock);
        Reconciler = new(store, orchestrations, Actors, clock);
        Ledgers = new(store, Actors, clock);
        LedgerReconciler = new(store, Ledgers, clock);
        Runs = new(store);
        Alerts = new(store);
        Datasets = new(store, Actors, clock);
        _store = store;
        _orchestrations = orchestrations;
        _clock = clock;
        _reader = new(store, orchestrations, Specs, _inbox, _kinds, clock);
        _writer = new(store, _inbox, Actors, _kinds);
    }

    /// <summary>Creates actors and tells them things.</summary>
    public ActorClient Actors { get; }

    /// <summary>The published versions of DAGs.</summary>
    public SpecStore Specs { get; }

    /// <summary>To be run once a minute, in one process.</summary>
    public Reconciler Reconciler { get; }

    /// <summary>Shared limits.</summary>
    public LedgerClient Ledgers { get; }

    /// <summary>To be run once a minute, in one process.</summary>
    public LedgerReconciler LedgerReconciler { get; }

    /// <summary>Runs by time.</summary>
    public RunIndex Runs { get; }

    /// <summary>What a person should look at.</summary>
    public AlertLog Alerts { get; }

    /// <summary>Records that datasets have landed.</summary>
    public DatasetClient Datasets { get; }

    /// <summary>Makes what keeps who waits for which condition.</summary>
    public WaitBoard WaitsOver(IBlobStore blobs) => new(_store, Actors, new Expiries(_store, blobs, _clock), new WatcherPurge(_store, _orchestrations, _clock), _clock);

    /// <summary>Makes what finds and repairs what fell out of the machinery.</summary>
    /// <param name="isLeaseOver">Whether nothing of a lease is at work or waits.</param>
    /// <param name="log">Where it says what it did.</param>
    /// <param name="rounds">What else it does in every pass.</param>
    public Watchdog CreateWatchdog(Func<Lease, CancellationToken, Task<bool>> isLeaseOver, ILogger log, params IReadOnlyList<WatchdogRound> rounds) => new(
        _store, Reconciler, new Redrive(_store, _orchestrations, Actors, _kinds, Alerts, _clock, log), new OrphanSweep(_orchestrations, Actors, _clock),
        new HeartbeatWatch(_store, Alerts, _clock), LedgerReconciler, isLeaseOver, rounds, _clock, log);

    /// <summary>Adds the orchestrator and its activities.</summary>
    public void Register(ActivityRegistry registry)
    {
        registry.AddOrchestrator(ActorClient.Orchestrator, async context =>
        {
            using var loop = new ActorLoop(context, _kinds, _options);
            await loop.RunAsync();
            return null;
        });
        Add<ActorInput>(ActivityNames.LoadActor, async (input, cancellation) => await _reader.LoadAsync(input, cancellation));
        Add<LoadChunk>(ActivityNames.LoadChunk, async (input, cancellation) => await _reader.LoadChunkAsync(input, cancellation));
        Do<PublishPages>(ActivityNames.PublishPages, _writer.PublishPagesAsync);
        Add<PublishActor>(ActivityNames.PublishActor, async (input, cancellation) => await _writer.PublishAsync(input, cancellation));
        Add<PublishActor>(ActivityNames.EndActor, async (input, cancellation) => await _writer.EndAsync(input, cancellation));
        Add<TakenEntries>(ActivityNames.ReadInbox, async (input, cancellation) => await _inbox.ReadAsync(input.Id, input.Taken, cancellation));
        Do<TakenEntries>(ActivityNames.ClearInbox, (input, cancellation) => _inbox.DeleteAsync(input.Id, input.Taken, cancellation));
        Do<StartActor>(ActivityNames.StartActor, Actors.StartAsync);
        Add<TellActor>(ActivityNames.TellActor, async (input, cancellation) => new ToldActor(await Actors.TellAsync(input, cancellation)));
        Add<AcquirePools>(ActivityNames.AcquirePools, async (input, cancellation) => await Ledgers.AcquireAsync(input, cancellation));
        Do<ReleasePools>(ActivityNames.ReleasePools, Ledgers.ReleaseAsync);
        Do<ReleasePools>(ActivityNames.AbandonWait, Ledgers.ReleaseAsync);
        Add<UsualDuration>(ActivityNames.UsualDuration, async (input, cancellation) => await new DurationReader(_store).MedianAsync(input, cancellation));
        Add<CheckPast>(ActivityNames.CheckPast, async (input, cancellation) => await new PastReader(_store).CheckAsync(input, cancellation));
        Do<Alert>(ActivityNames.RaiseAlert, Alerts.RaiseAsync);
        Do<RecordDatasets>(ActivityNames.RecordDatasets, Datasets.RecordAsync);
        Do<HeartbeatRequest>(ActivityNames.Heartbeat, async (input, cancellation) =>
        {
            var beat = Heartbeat.Of(input, _clock.GetUtcNow());
            await _store.PutAsync(Heartbeat.PathOf(input.Lane), beat, WriteCondition.None, cancellation: cancellation);
            UpkeepMetrics.Beat(input.Lane, beat);
        });

        void Do<T>(string name, Func<T, CancellationToken, Task> code) => Add<T>(name, async (input, cancellation) =>
        {
            await code(input, cancellation);
            return null;
        });

        void Add<T>(string name, Func<T, CancellationToken, Task<object?>> code) =>
            registry.Add(name, ActivityWeight.Bookkeeping, context => code(context.GetInput<T>(), context.Cancellation));
    }
}
