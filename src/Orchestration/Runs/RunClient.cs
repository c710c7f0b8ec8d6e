using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Triggers runs, waits for them, lists them and commands them. Thread-safe.</summary>
/// <param name="store">Where the documents are.</param>
/// <param name="specs">Versions of DAGs.</param>
/// <param name="actors">Starts runs and tells them things.</param>
/// <param name="notices">Tells when a run's document was stored.</param>
/// <param name="clock">The clock.</param>
/// <param name="ledgers">Run slots; null for a client of its own.</param>
public sealed class RunClient(IStateStore store, SpecStore specs, ActorClient actors, RunNotices notices, TimeProvider clock, LedgerClient? ledgers = null)
{
    /// <summary>Longest run id, in characters.</summary>
    public const int MaxRunId = 200;

    /// <summary>Largest conf, in bytes of JSON.</summary>
    public const int MaxConf = 128 * 1024;

    /// <summary>Longest note, in characters.</summary>
    public const int MaxNote = 4_000;

    /// <summary>Most labels of a trigger.</summary>
    public const int MaxLabels = 64;

    /// <summary>Longest name of a label, in characters.</summary>
    public const int MaxLabelName = 64;

    /// <summary>Longest value of a label, in characters.</summary>
    public const int MaxLabelValue = DagLabels.MaxValue;

    /// <summary>Longest business key, in characters.</summary>
    public const int MaxBusinessKey = 200;

    /// <summary>Longest name of who triggers, in characters.</summary>
    public const int MaxName = 500;

    internal const int MaxTriggerName = 32;

    /// <summary>How long a wait trusts the notices of its own process before it looks at the document itself.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);

    private readonly RunIndex _index = new(store);
    private readonly LedgerClient _ledgers = ledgers ?? new LedgerClient(store, actors, clock);

    /// <summary>Specs are immutable, so their canonical form is made once.</summary>
    private readonly ConditionalWeakTable<DagSpec, Version> _versions = [];

    private long _lastOrder;

    /// <summary>Reads documents of runs.</summary>
    public RunReader Reader { get; } = new(store);

    /// <summary>An id for a run that was given none: what starts it, the time, and a few characters of its own.</summary>
    public static string NewId(string trigger, DateTimeOffset now) =>
        $"{trigger}__{now.UtcDateTime.ToString("yyyy-MM-ddTHH-mm-ss-fff", CultureInfo.InvariantCulture)}-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>
    /// Makes a run; acknowledged when this returns. The same id twice makes one run. A DAG that is sent along is validated first, a published
    /// one was when it was published.
    /// </summary>
    /// <exception cref="UpdraftException">The DAG, the id, the conf or another text is refused, or too many runs wait (<see cref="TriggerErrors.QueueFull"/>).</exception>
    public async Task<TriggeredRun> TriggerAsync(TriggerRun trigger, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        var sent = trigger.Version is null ? _versions.GetValue(trigger.Dag, _ => Version.Of(trigger)) : null;
        var request = NewRun.RequestOf(trigger, trigger.Version ?? sent!.Hash, now) with { TriggeredIn = TriggerTrace.Current };
        if (sent is not null) await specs.PutAsync(sent.Hash, sent.Spec, JsonSerializer.SerializeToElement(trigger.Operators, OrchestrationJson.Options), cancellation);

        var known = await store.GetAsync<ActorRequest>(ActorPaths.Request(RunPaths.Of(request.RunId)), cancellation);
        // An id that is remembered of a run that was removed: nothing is stored, so that nothing has to be taken back.
        if (known is { Value.PurgedAt: not null }) return new TriggeredRun(request, false) { Purged = true };
        if (known is null)
        {
            // The place in the queue comes before the run; one whose run was never made is given back by the watchdog.
            if (RunSlot.Queue(trigger, request) is { } place && await _ledgers.QueueAsync(place, trigger.Dag.MaxQueuedRuns!.Value, cancellation) is { } full)
                throw TriggerErrors.QueueFullOf(request.Dag, trigger.Dag.MaxQueuedRuns.Value, full);
            // The index comes before the run, so that no run is missing from it; an entry without a run is passed over.
            var summary = RunSummary.Of(request, new RunBody { Status = RunStatus.Queued }).ToJson();
            var entry = RunIndexEntry.Of(request, 0, summary) with { Waits = RunSlot.LimitOf(trigger.Dag) is null ? null : true };
            await _index.PutAsync(entry, cancellation);
            await _index.MoveAsync(entry, entry.Waits is true ? RunStatus.Queued : RunStatus.Running, [], cancellation);
        }
        var trace = RunTraces.Triggering(request);
        if (trace is not null) request = request with { Trace = trace.Id };
        var started = await actors.StartAsync(new StartActor
        {
            Id = RunPaths.Of(request.RunId),
            Request = JsonSerializer.SerializeToElement(request, OrchestrationJson.Options),
            Lane = trigger.Dag.Lane,
            Tags = RunTags.Of(request.RunId, request.Root),
        }, cancellation);
        RunTraces.Triggered(trace, started.Created, clock.GetUtcNow());
        if (started.Purged) return new TriggeredRun(request, false) { Purged = true };
        if (started.Created) RunMetrics.Acknowledged(request.Dag);
        return started.Created ? new TriggeredRun(request, true) : new TriggeredRun(started.Request.Deserialize<RunRequest>(OrchestrationJson.Options)!, false);
    }

    /// <summary>Waits until a run has ended and its final document is stored; null when there is no such run.</summary>
    /// <exception cref="UpdraftException"><see cref="RunErrors.Broken"/>.</exception>
    public async Task<RunView?> WaitAsync(string runId, CancellationToken cancellation = default)
    {
        while (true)
        {
            using var next = notices.Next(runId);
            if (await Reader.GetAsync(runId, cancellation) is var run && run is not { Final: false }) return run;
            await Task.WhenAny(next.Task, Task.Delay(Recheck, clock, cancellation));
            cancellation.ThrowIfCancellationRequested();
            if (!next.Task.IsCompleted && run is not null) await CheckAsync(run, cancellation);
        }
    }

    /// <summary>Throws when a run that has not ended can never end, because nothing drives it or one of its parts any more.</summary>
    /// <exception cref="UpdraftException"><see cref="RunErrors.Broken"/>.</exception>
    public async Task CheckAsync(RunView run, CancellationToken cancellation = default)
    {
        var parts = run.Body.Maps.SelectMany(map => map.Parts).Where(part => part is { Started: true, Ended: false, Shown: true });
        foreach (var id in parts.Select(part => RunPaths.PartOf(run.Request.RunId, part.Name)).Prepend(RunPaths.Of(run.Request.RunId)))
            if (await actors.FailureOfAsync(id, cancellation) is { } failure)
                throw new UpdraftException(RunErrors.Broken, $"run '{run.Request.RunId}' cannot go on: the orchestration of {id.Path} has ended with {failure}; its documents are intact, and this is a defect to report");
    }

    /// <inheritdoc cref="RunReader.ListAsync(string?, CancellationToken)"/>
    public IAsyncEnumerable<(RunIndexEntry Entry, RunSummary Summary)> ListAsync(string? dag = null, CancellationToken cancellation = default) => Reader.ListAsync(dag, cancellation);

    /// <inheritdoc cref="RunReader.ListByKeyAsync"/>
    public IAsyncEnumerable<(RunIndexEntry Entry, RunSummary Summary)> ListByKeyAsync(string businessKey, CancellationToken cancellation = default) =>
        Reader.ListByKeyAsync(businessKey, cancellation);

    /// <summary>Makes sure that a run that is there is at work, as when its trigger was cut short. False when there is none, or it has ended.</summary>
    public async Task<bool> EnsureStartedAsync(string runId, CancellationToken cancellation = default) => await actors.EnsureStartedAsync(RunPaths.Of(runId), cancellation) is not null;

    /// <summary>Cancels a run. False when there is no such run.</summary>
    public Task<bool> CancelAsync(string runId, CancelCommand command, CancellationToken cancellation = default) => TellAsync(runId, CancelCommand.Kind, command, cancellation);

    /// <summary>Puts task instances back, so that they run again; opens a run that has ended. False when there is no such run.</summary>
    public Task<bool> ClearAsync(string runId, ClearCommand command, CancellationToken cancellation = default) => TellAsync(runId, ClearCommand.Kind, command, cancellation);

    /// <summary>Gives task instances a state by hand. False when there is no such run.</summary>
    public Task<bool> MarkAsync(string runId, MarkCommand command, CancellationToken cancellation = default) => TellAsync(runId, MarkCommand.Kind, command, cancellation);

    /// <summary>Pauses a run, or lets it go on. False when there is no such run.</summary>
    public Task<bool> PauseAsync(string runId, PauseCommand command, CancellationToken cancellation = default) => TellAsync(runId, PauseCommand.Kind, command, cancellation);

    /// <summary>Changes priorities of a run that waits for limits, or of tasks of it. False when there is no such run.</summary>
    public Task<bool> PrioritizeAsync(string runId, PriorityCommand command, CancellationToken cancellation = default) => TellAsync(runId, PriorityCommand.Kind, command, cancellation);

    private Task<bool> TellAsync(string runId, string kind, object command, CancellationToken cancellation) => actors.TellAsync(new TellActor
    {
        Id = RunPaths.Of(runId),
        EntryId = string.Create(CultureInfo.InvariantCulture, $"{NextOrder():D19}-{kind}-{Guid.NewGuid():N}"),
        Kind = kind,
        Body = JsonSerializer.SerializeToElement(command, OrchestrationJson.Options),
    }, cancellation);

    /// <summary>Commands are taken in the order in which they were given: by time, and never two at the same.</summary>
    private long NextOrder()
    {
        lock (_versions) return _lastOrder = Math.Max(_lastOrder + 1, clock.GetUtcNow().UtcTicks);
    }

    private sealed record Version(ReadOnlyMemory<byte> Spec, string Hash)
    {
        /// <summary>Checks a DAG that is sent along, once for each that is.</summary>
        public static Version Of(TriggerRun trigger)
        {
            // A callback was checked with the DAG that it belongs to.
            if (trigger.About is null && DagValidator.Validate(trigger.Dag, trigger.Operators) is { IsEmpty: false } problems) throw Problems.ToException(problems);
            var spec = Encoding.UTF8.GetBytes(DagJson.Serialize(trigger.Dag));
            return new(spec, Convert.ToHexStringLower(SHA256.HashData(spec)));
        }
    }

    /// <summary>The id, when it is one that a run may have.</summary>
    /// <exception cref="UpdraftException"><see cref="RunErrors.RunIdRefused"/>.</exception>
    public static string CheckedId(string runId) =>
        runId.Length is > 0 and <= MaxRunId && runId.All(c => !char.IsControl(c) && !char.IsSurrogate(c)) && runId.Trim().Length == runId.Length ? runId
        : throw new UpdraftException(RunErrors.RunIdRefused, $"a run id has 1 to {MaxRunId} printable characters and no space at its ends");
}
