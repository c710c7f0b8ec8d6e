using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>What a host offers for runs to be made of.</summary>
public sealed record RunPorts(IStateStore State, IBlobStore Blobs, IAttemptHost Attempts, IOrchestrationClient Orchestrations, TimeProvider Time)
{
    /// <summary>How long the host lets an attempt work in one of its processes; null for as long as it takes.</summary>
    public TimeSpan? LongestAttempt { get; init; }
}

/// <summary>All that runs need, put together over a host's ports: the same in every host.</summary>
public sealed class RunServices
{
    private readonly AttemptServices _attempts;
    private readonly ScheduleActivities _schedules;
    private readonly CallbackFirer _callbacks;

    /// <summary>Puts the parts together.</summary>
    /// <param name="ports">The host's ports.</param>
    /// <param name="operators">The operators that it offers.</param>
    /// <param name="packages">Where packages of DAGs are.</param>
    /// <param name="scratchFolder">Where attempts get their scratch folders.</param>
    /// <param name="logging">Where logs go; null for nowhere.</param>
    /// <param name="partSize">Instances of one map above which it is split into parts; null for 200.</param>
    /// <param name="connections">Connections of operators, with the secrets; null for those of environment variables.</param>
    /// <param name="variables">Where variables are looked up before those that were set by hand; null for environment variables.</param>
    /// <param name="queue">Messages that ask for runs, where the host has a queue that hands them over by itself; null for one over documents, of which <see cref="QueueConsumer"/> takes them.</param>
    public RunServices(RunPorts ports, OperatorCatalog operators, IPackageStore packages, string scratchFolder, ILoggerFactory? logging = null, int? partSize = null, Connections? connections = null, ImmutableArray<IVariableSource>? variables = null, IRunRequests? queue = null)
    {
        logging ??= NullLoggerFactory.Instance;
        Ports = ports = ports with { State = new CountedStateStore(ports.State), Blobs = new CountedBlobStore(ports.Blobs, LogNotices) };
        Notices = new RunNotices();
        Actors = new ActorRuntime(ports.State, ports.Orchestrations, ports.Time, new RunKind(ports.State, Notices, partSize), new PartKind(), new JobKind(ports.State), new CanaryKind(), new DagKind(), new BackfillKind(), new WatcherKind(ports.State));
        Runs = new RunClient(ports.State, Actors.Specs, Actors.Actors, Notices, ports.Time, Actors.Ledgers);
        Pools = new PoolClient(ports.State, Actors.Ledgers);
        _callbacks = new CallbackFirer(Actors.Specs, Runs, Actors.Alerts);
        Events = new EventClient(ports.State, Actors.Actors, ports.Time);
        OpenConditions = new OpenConditions(ports.State);
        Approvals = new ApprovalClient(ports.State, Actors.Actors, ports.Time);
        Explainer = new Explainer(ports.State, Actors.Specs, Actors.Ledgers);
        Catalogue = new DagCatalogue(ports.State, Actors.Specs, Actors.Actors, Runs, operators.Manifests, ports.Time, ports.LongestAttempt);
        Audit = new AuditLog(ports.State);
        Notes = new RunNotes(ports.State, ports.Time);
        Reruns = new RunReruns(Runs, Actors.Specs, Catalogue);
        Search = new RunSearch(ports.State, Notes);
        Bulk = new BulkRuns(Runs, Reruns, Search);
        Watchdog = Actors.CreateWatchdog(new LeaseCheck(ports.State, ports.Attempts).IsOverAsync, logging.CreateLogger("Updraft.Watchdog"),
            new("changes of the catalogue", Catalogue.RetellAsync), new("events", new EventSweep(ports.State, Actors.Actors, ports.Time).RunOnceAsync), new("shared waits", new WaitSweep(ports.State, Actors.Actors).RunOnceAsync));
        Backfills = new BackfillClient(ports.State, Catalogue, Runs, Actors.Actors, ports.Time);
        _schedules = new ScheduleActivities(new ScheduledRuns(Catalogue, Runs, Actors.Ledgers, Alerts, ports.Time), new BackfillRuns(Catalogue, Runs, Actors.Actors, Actors.Specs));
        Retention = new Retention(ports.State, ports.Blobs, ports.Orchestrations, Actors.Specs, Catalogue, ports.Time, logging.CreateLogger("Updraft.Retention"), packages,
            new("audit entries", (policy, now, cancellation) => Audit.RemoveAsync(now - policy.Audit, cancellation)),
            new("claims of dead workers", async (_, _, cancellation) => await ports.Attempts.RemoveLeftAsync(cancellation)),
            new("alerts", async (policy, now, cancellation) => await Alerts.RemoveAsync(now - policy.Alerts, cancellation)),
            new("events of datasets", (policy, now, cancellation) => new DatasetPurge(ports.State, Datasets).RunOnceAsync(now - policy.Datasets, cancellation)),
            new("figures of days", (policy, now, cancellation) => new StatisticsReader(ports.State).RemoveAsync(DateOnly.FromDateTime((now - policy.Statistics).UtcDateTime), cancellation)),
            new("backfills", (policy, now, cancellation) => new BackfillPurge(ports.State, ports.Orchestrations, Backfills).RunOnceAsync(now - policy.Backfills, cancellation)),
            new("questions that nobody waits for", async (_, _, cancellation) => await Approvals.SweepAsync(cancellation)));
        var stored = new StateRunRequestQueue(ports.State, ports.Time, Alerts);
        Queue = queue ?? stored;
        Packages = packages;
        Connections = connections ?? Connections.OfEnvironment;
        StoredVariables = new StoredVariables(ports.State, ports.Time);
        Variables = new Variables([.. variables ?? [new EnvironmentVariables()], StoredVariables]);
        _attempts = new AttemptServices
        {
            Host = ports.Attempts,
            LongestAttempt = ports.LongestAttempt,
            Blobs = ports.Blobs,
            Inputs = new RunInputs(ports.State, Actors.Specs),
            Specs = new StoredSpecs(Actors.Specs),
            Operators = operators,
            Packages = packages,
            Secrets = Connections.Secrets,
            Connections = Connections,
            Variables = Variables,
            Time = ports.Time,
            ScratchFolder = scratchFolder,
            Waits = Actors.WaitsOver(ports.Blobs),
            Expiries = new Expiries(ports.State, ports.Blobs, ports.Time),
            Logger = logging.CreateLogger("Updraft.Operators"),
        };
        TriggerDag trigger = (name, set, cancellation) => Catalogue.TriggerAsync(name, set, cancellation: cancellation);
        Requests = new RunRequestHandler(trigger, Events);
        QueueConsumer = new QueueConsumer(stored, Requests, ports.Time, logging.CreateLogger("Updraft.Queue"));
        var outputs = new RunOutputs(_attempts.Inputs, _attempts.Specs, ports.Blobs, _attempts.MaxOutputBytes);
        _attempts = _attempts with { Control = new RunControl(trigger, Runs, Events, new EventWaits(ports.State, Actors.Actors, ports.Time), new ApprovalQuestions(ports.State, Actors.Actors, ports.Time), outputs, Actors.Actors, ports.Time) };
    }

    /// <summary>What all of it stands on.</summary>
    public RunPorts Ports { get; }

    /// <summary>Actors and what repairs them.</summary>
    public ActorRuntime Actors { get; }

    /// <summary>Triggers, waits for and commands runs.</summary>
    public RunClient Runs { get; }

    /// <summary>Defines pools and shows their use.</summary>
    public PoolClient Pools { get; }

    /// <summary>Makes runs again, or tasks alone.</summary>
    public RunReruns Reruns { get; }

    /// <summary>Notes and labels of runs.</summary>
    public RunNotes Notes { get; }

    /// <summary>Finds runs.</summary>
    public RunSearch Search { get; }

    /// <summary>Does the same to many runs.</summary>
    public BulkRuns Bulk { get; }

    /// <summary>Sends events to runs.</summary>
    public EventClient Events { get; }

    /// <summary>Shows the questions that tasks ask people, and answers them.</summary>
    public ApprovalClient Approvals { get; }

    /// <summary>Where packages of DAGs are.</summary>
    public IPackageStore Packages { get; }

    /// <summary>How services are reached.</summary>
    public Connections Connections { get; }

    /// <summary>Values of the environment that templates read.</summary>
    public Variables Variables { get; }

    /// <summary>Those of <see cref="Variables"/> that are set by hand.</summary>
    public StoredVariables StoredVariables { get; }

    /// <summary>The published DAGs.</summary>
    public DagCatalogue Catalogue { get; }

    /// <summary>Records that datasets have landed, and shows them.</summary>
    public DatasetClient Datasets => Actors.Datasets;

    /// <summary>Runs of ranges of ticks.</summary>
    public BackfillClient Backfills { get; }

    /// <summary>Messages that ask for runs and carry events.</summary>
    public IRunRequests Queue { get; }

    /// <summary>Does what a message asks for.</summary>
    public RunRequestHandler Requests { get; }

    /// <summary>Takes messages from the queue over documents and has them done. To be run in one process, of a host that has no other queue.</summary>
    public QueueConsumer QueueConsumer { get; }

    /// <summary>Says why tasks are not running.</summary>
    public Explainer Explainer { get; }

    /// <summary>Shows what is waited for.</summary>
    public OpenConditions OpenConditions { get; }

    /// <summary>What a person should look at.</summary>
    public AlertLog Alerts => Actors.Alerts;

    /// <summary>Who did what.</summary>
    public AuditLog Audit { get; }

    /// <summary>Tells when a run's document was stored.</summary>
    public RunNotices Notices { get; }

    /// <summary>Tells when a log has grown that this process writes.</summary>
    public LogNotices LogNotices { get; } = new();

    /// <summary>Finds and repairs what fell out of the machinery.</summary>
    public Watchdog Watchdog { get; }

    /// <summary>Removes what is old. To be run every hour or so, in one process.</summary>
    public Retention Retention { get; }

    /// <summary>Repairs what crashes and lost hints left undone. To be run once a minute, in one process.</summary>
    public Task<WatchdogReport> ReconcileAsync(CancellationToken cancellation = default) => Watchdog.RunOnceAsync(cancellation);

    /// <summary>
    /// Starts the heartbeats of some lanes, each of which this host must run, and has them watched: how late timers and activities are is
    /// measured once a minute, and one that stops raises an alert.
    /// </summary>
    public async Task StartHeartbeatsAsync(IEnumerable<string> lanes, CancellationToken cancellation = default)
    {
        foreach (var lane in lanes)
        {
            await Actors.Actors.StartAsync(new() { Id = CanaryKind.IdOf(lane), Request = JsonSerializer.SerializeToElement(new { }), Lane = lane }, cancellation);
            Watchdog.WatchLanes([lane]);
        }
    }

    /// <summary>Adds the orchestrator and all activities.</summary>
    public void Register(ActivityRegistry registry)
    {
        Actors.Register(registry);
        _schedules.Register(registry);
        registry.Add(ActivityNames.FireCallbacks, ActivityWeight.Bookkeeping, async activity =>
        {
            await _callbacks.FireAsync(activity.GetInput<FireCallbacks>(), activity.Cancellation);
            return null;
        });
        registry.AddAttempts(_attempts);
    }
}
