using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Triggers runs, waits for them, lists them and commands them. Thread-safe.</summary>
public sealed class RunClient(IStateStore store, SpecStore specs, ActorClient actors, RunNotices notices, TimeProvider clock)
{
    /// <summary>Longest run id, in characters.</summary>
    public const int MaxRunId = 200;

    /// <summary>Largest conf, in bytes of JSON.</summary>
    public const int MaxConf = 128 * 1024;

    /// <summary>How long a wait trusts the notices of its own process before it looks at the document itself.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);

    private readonly RunIndex _index = new(store);

    /// <summary>Specs are immutable, so their canonical form is made once.</summary>
    private readonly ConditionalWeakTable<DagSpec, Version> _versions = [];

    private long _lastOrder;

    /// <summary>Reads documents of runs.</summary>
    public RunReader Reader { get; } = new(store);

    /// <summary>An id for a run that was given none: what starts it, the time, and a few characters of its own.</summary>
    public static string NewId(string trigger, DateTimeOffset now) =>
        $"{trigger}__{now.UtcDateTime.ToString("yyyy-MM-ddTHH-mm-ss-fff", CultureInfo.InvariantCulture)}-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>Makes a run; acknowledged when this returns. The same id twice makes one run.</summary>
    /// <exception cref="UpdraftException">The id or the conf is refused.</exception>
    public async Task<TriggeredRun> TriggerAsync(TriggerRun trigger, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        var request = Request(trigger, trigger.Version ?? HashOf(trigger.Dag), now);
        if (trigger.Version is null) await PutSpecAsync(trigger, cancellation);

        // The index comes before the run, so that no run is missing from it; an entry without a run is passed over.
        var known = await store.GetAsync<ActorRequest>(ActorPaths.Request(RunPaths.Of(request.RunId)), cancellation);
        if (known is { Value.PurgedAt: not null }) return new TriggeredRun(request, false) { Purged = true };
        if (known is null)
            await _index.PutAsync(new RunIndexEntry(request.RunId, request.Dag, now, 0, RunSummary.Of(request, new RunBody { Status = RunStatus.Queued }).ToJson()), cancellation);
        var started = await actors.StartAsync(new StartActor
        {
            Id = RunPaths.Of(request.RunId),
            Request = JsonSerializer.SerializeToElement(request, OrchestrationJson.Options),
            Lane = trigger.Dag.Lane,
            Tags = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("run", request.RunId),
        }, cancellation);
        if (started.Purged) return new TriggeredRun(request, false) { Purged = true };
        return started.Created ? new TriggeredRun(request, true) : new TriggeredRun(started.Request.Deserialize<RunRequest>(OrchestrationJson.Options)!, false);
    }

    /// <summary>Waits until a run has ended and its final document is stored; null when there is no such run.</summary>
    /// <exception cref="UpdraftException"><see cref="RunErrors.Broken"/>.</exception>
    public async Task<RunView?> WaitAsync(string runId, CancellationToken cancellation = default)
    {
        while (true)
        {
            var next = notices.NextAsync(runId);
            if (await Reader.GetAsync(runId, cancellation) is var run && run is not { Final: false }) return run;
            await Task.WhenAny(next, Task.Delay(Recheck, clock, cancellation));
            cancellation.ThrowIfCancellationRequested();
            if (!next.IsCompleted && run is not null) await CheckAsync(run, cancellation);
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

    /// <inheritdoc cref="RunReader.ListAsync"/>
    public IAsyncEnumerable<(RunIndexEntry Entry, RunSummary Summary)> ListAsync(string? dag = null, CancellationToken cancellation = default) => Reader.ListAsync(dag, cancellation);

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

    private string HashOf(DagSpec dag) => _versions.GetValue(dag, Version.Of).Hash;

    private async Task PutSpecAsync(TriggerRun trigger, CancellationToken cancellation)
    {
        var version = _versions.GetValue(trigger.Dag, Version.Of);
        await specs.PutAsync(version.Hash, version.Spec, JsonSerializer.SerializeToElement(trigger.Operators, OrchestrationJson.Options), cancellation);
    }

    private sealed record Version(ReadOnlyMemory<byte> Spec, string Hash)
    {
        public static Version Of(DagSpec dag)
        {
            var spec = Encoding.UTF8.GetBytes(DagJson.Serialize(dag));
            return new(spec, Convert.ToHexStringLower(SHA256.HashData(spec)));
        }
    }

    private static RunRequest Request(TriggerRun trigger, string hash, DateTimeOffset now)
    {
        var conf = trigger.Conf ?? JsonSerializer.SerializeToElement(new { });
        if (conf.GetRawText().Length > MaxConf) throw new UpdraftException(RunErrors.ConfRefused, $"the conf has {conf.GetRawText().Length} characters; {MaxConf} are allowed");
        var checkedConf = ConfCheck.Apply(trigger.Dag.Params, conf);
        if (checkedConf.Problems is [var problem, ..]) throw new UpdraftException(RunErrors.ConfRefused, string.Join("; ", checkedConf.Problems.Select(each => $"{each.Place.Path}: {each.Message}")));
        var logicalDate = trigger.LogicalDate ?? now;
        var schedule = trigger.Dag.Schedule is { HasTicks: true } spec ? Schedule.Create(spec) : null;
        var interval = trigger.DataInterval ?? schedule?.LastIntervalBefore(logicalDate);
        return new RunRequest
        {
            RunId = CheckedId(trigger.RunId ?? NewId(trigger.Trigger, now)),
            Dag = trigger.PublishedAs ?? trigger.Dag.Name,
            DagHash = hash,
            Package = trigger.Package,
            Conf = conf,
            Params = checkedConf.Params,
            LogicalDate = logicalDate,
            DataIntervalStart = interval?.Start ?? logicalDate,
            DataIntervalEnd = interval?.End ?? logicalDate,
            CreatedAt = now,
            Trigger = trigger.Trigger,
            TriggeredBy = trigger.TriggeredBy,
            Labels = trigger.Dag.Labels.SetItems(trigger.Labels),
            BusinessKey = trigger.BusinessKey,
            Note = trigger.Note,
            Previous = trigger.Previous,
            DatasetEvents = trigger.DatasetEvents,
            Partition = trigger.Partition,
            RerunOf = trigger.RerunOf,
            Parent = trigger.Parent,
            About = trigger.About,
            TellsDag = trigger.TellsDag,
            Operators = trigger.Operators.ToImmutableSortedDictionary(manifest => manifest.Name, OperatorTraits.Of, StringComparer.Ordinal),
        };
    }

    /// <summary>The id, when it is one that a run may have.</summary>
    /// <exception cref="UpdraftException"><see cref="RunErrors.RunIdRefused"/>.</exception>
    public static string CheckedId(string runId) =>
        runId.Length is > 0 and <= MaxRunId && runId.All(c => !char.IsControl(c) && !char.IsSurrogate(c)) && runId.Trim().Length == runId.Length ? runId
        : throw new UpdraftException(RunErrors.RunIdRefused, $"a run id has 1 to {MaxRunId} printable characters and no space at its ends");
}
