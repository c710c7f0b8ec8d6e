using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>What a host offers for runs to be made of.</summary>
public sealed record RunPorts(IStateStore State, IBlobStore Blobs, IAttemptHost Attempts, IOrchestrationClient Orchestrations, TimeProvider Time);

/// <summary>All that runs need, put together over a host's ports: the same in every host.</summary>
public sealed class RunServices
{
    private readonly AttemptServices _attempts;
    private readonly EventSweep _eventSweep;

    /// <summary>Puts the parts together.</summary>
    /// <param name="ports">The host's ports.</param>
    /// <param name="operators">The operators that it offers.</param>
    /// <param name="packages">Where packages of DAGs are.</param>
    /// <param name="scratchFolder">Where attempts get their scratch folders.</param>
    /// <param name="logging">Where logs go; null for nowhere.</param>
    /// <param name="partSize">Instances of one map above which it is split into parts; null for 200.</param>
    /// <param name="connections">Connections of operators; null for those of environment variables.</param>
    public RunServices(RunPorts ports, OperatorCatalog operators, IPackageStore packages, string scratchFolder, ILoggerFactory? logging = null, int? partSize = null, Connections? connections = null)
    {
        Notices = new RunNotices();
        Actors = new ActorRuntime(ports.State, ports.Orchestrations, ports.Time, new RunKind(ports.State, Notices, partSize), new PartKind(), new JobKind(), new CanaryKind());
        Runs = new RunClient(ports.State, Actors.Specs, Actors.Actors, Notices, ports.Time);
        Watchdog = Actors.CreateWatchdog(new LeaseCheck(ports.State, ports.Attempts).IsOverAsync, (logging ?? NullLoggerFactory.Instance).CreateLogger("Updraft.Watchdog"));
        Events = new EventClient(ports.State, Actors.Actors, ports.Time);
        _eventSweep = new EventSweep(ports.State, Actors.Actors, ports.Time);
        Catalogue = new DagCatalogue(ports.State, Actors.Specs, Actors.Actors, Runs, operators.Manifests, ports.Time);
        Retention = new Retention(ports.State, ports.Blobs, ports.Orchestrations, Actors.Specs, Catalogue.ReferencedHashesAsync, ports.Time, (logging ?? NullLoggerFactory.Instance).CreateLogger("Updraft.Retention"));
        _attempts = new AttemptServices
        {
            Host = ports.Attempts,
            Blobs = ports.Blobs,
            Inputs = new RunInputs(ports.State, Actors.Specs),
            Specs = new StoredSpecs(Actors.Specs),
            Operators = operators,
            Packages = packages,
            Connections = connections ?? Connections.OfEnvironment,
            Time = ports.Time,
            ScratchFolder = scratchFolder,
            Logger = (logging ?? NullLoggerFactory.Instance).CreateLogger("Updraft.Operators"),
        };
        var outputs = new RunOutputs(_attempts.Inputs, _attempts.Specs, ports.Blobs, _attempts.MaxOutputBytes);
        _attempts = _attempts with { Control = new RunControl((name, set, cancellation) => Catalogue.TriggerAsync(name, set, null, cancellation), Runs, Events, new EventWaits(ports.State, Actors.Actors, ports.Time), outputs, Actors.Actors, ports.Time) };
    }

    /// <summary>Actors and what repairs them.</summary>
    public ActorRuntime Actors { get; }

    /// <summary>Triggers, waits for and commands runs.</summary>
    public RunClient Runs { get; }

    /// <summary>The published DAGs.</summary>
    public DagCatalogue Catalogue { get; }

    /// <summary>Sends events to runs.</summary>
    public EventClient Events { get; }

    /// <summary>What a person should look at.</summary>
    public AlertLog Alerts => Actors.Alerts;

    /// <summary>Tells when a run's document was stored.</summary>
    public RunNotices Notices { get; }

    /// <summary>Finds and repairs what fell out of the machinery.</summary>
    public Watchdog Watchdog { get; }

    /// <summary>Removes what is old. To be run every hour or so, in one process.</summary>
    public Retention Retention { get; }

    /// <summary>Repairs what crashes and lost hints left undone. To be run once a minute, in one process.</summary>
    public async Task<WatchdogReport> ReconcileAsync(CancellationToken cancellation = default)
    {
        await Catalogue.RetellAsync(cancellation);
        var report = await Watchdog.RunOnceAsync(cancellation);
        await _eventSweep.RunOnceAsync(cancellation);
        return report;
    }

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
        registry.AddAttempts(_attempts);
    }
}
