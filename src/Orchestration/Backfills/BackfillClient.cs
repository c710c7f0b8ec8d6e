using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Creates backfills, shows them, and commands them. Thread-safe.</summary>
public sealed class BackfillClient(IStateStore store, DagCatalogue catalogue, RunClient runs, ActorClient actors, TimeProvider clock)
{
    /// <summary>Most ticks that a preview names.</summary>
    public const int MostPreviewed = 100;

    private const int MostActive = 100;

    /// <summary>Creates a backfill and starts it; acknowledged when this returns. The same id twice is one, and what was asked first holds.</summary>
    /// <exception cref="UpdraftException">The DAG, the range or a limit is refused: <see cref="BackfillErrors"/>.</exception>
    public async Task<BackfillView> CreateAsync(CreateBackfill create, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        var id = RunClient.CheckedId(create.Id ?? RunClient.NewId(BackfillRequest.Label, now));
        if (await GetAsync(id, cancellation) is { } known)
        {
            await actors.EnsureStartedAsync(BackfillPaths.Of(id), cancellation);
            return known;
        }
        var (request, _) = await PlanAsync(create with { Id = id }, id, now, cancellation);
        // The entry comes first, so that no backfill is missing from the list; one without a backfill is passed over.
        await store.PutAsync(BackfillPaths.Entry(now, id), new BackfillEntry(id, create.Dag), WriteCondition.None, cancellation: cancellation);
        await actors.StartAsync(new StartActor { Id = BackfillPaths.Of(id), Request = JsonSerializer.SerializeToElement(request, OrchestrationJson.Options) }, cancellation);
        return (await GetAsync(id, cancellation))!;
    }

    /// <summary>What a backfill would do, without doing it.</summary>
    /// <exception cref="UpdraftException">As for <see cref="CreateAsync"/>.</exception>
    public async Task<BackfillPreview> PreviewAsync(CreateBackfill create, CancellationToken cancellation = default)
    {
        var (_, ticks) = await PlanAsync(create, "preview", clock.GetUtcNow(), cancellation);
        var (missing, again, named) = (0, 0, new List<BackfillTick>());
        foreach (var tick in create.Order is BackfillOrder.NewestFirst ? ticks.AsEnumerable().Reverse() : ticks)
        {
            var runId = RunIds.OfTick(create.Dag, tick);
            var status = (await runs.Reader.GetAsync(runId, cancellation))?.Body.Status;
            var runsAgain = create.Reprocess is Reprocess.All || (create.Reprocess is Reprocess.Failed && status is RunStatus.Failed or RunStatus.Cancelled);
            if (status is null) missing++;
            else if (runsAgain) again++;
            if (named.Count < MostPreviewed) named.Add(new(tick, runId, status, status is null || runsAgain));
        }
        return new(ticks.Count, missing, again, named);
    }

    /// <summary>A backfill; null when there is none of that id.</summary>
    public async Task<BackfillView?> GetAsync(string id, CancellationToken cancellation = default)
    {
        if (await actors.GetRequestAsync(BackfillPaths.Of(id), cancellation) is not { } stored) return null;
        var request = stored.Body.Deserialize<BackfillRequest>(OrchestrationJson.Options)!;
        var head = await actors.GetHeadAsync(BackfillPaths.Of(id), cancellation);
        return new(request, head is { Revision: > 0 } ? head.Body.Deserialize<BackfillBody>(OrchestrationJson.Options)!
            : new() { Ticks = BackfillRequest.TicksOf(request.Schedule, request.Wanted.From, request.Wanted.To).Count() });
    }

    /// <summary>Backfills, newest first, of one DAG or of all.</summary>
    public async IAsyncEnumerable<BackfillView> ListAsync(string? dag = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var listed in store.ListAsync(BackfillPaths.Index, null, cancellation))
        {
            if (await store.GetAsync<BackfillEntry>(listed.Path, cancellation) is not { Value: var entry } || (dag is not null && entry.Dag != dag)) continue;
            // A creation that was cut short and done again has two entries.
            if (await GetAsync(entry.Id, cancellation) is { } view && BackfillPaths.Entry(view.Request.CreatedAt, entry.Id) == listed.Path) yield return view;
        }
    }

    /// <summary>Pauses a backfill, or lets it go on. False when there is none of that id.</summary>
    public Task<bool> PauseAsync(string id, bool paused = true, CancellationToken cancellation = default) => TellAsync(id, PauseBackfill.Kind, new PauseBackfill(paused), cancellation);

    /// <summary>Cancels a backfill: nothing new is begun. False when there is none of that id.</summary>
    /// <param name="id">The backfill.</param>
    /// <param name="runs">Whether its runs under way are cancelled too.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<bool> CancelAsync(string id, bool runs = false, CancellationToken cancellation = default) => TellAsync(id, CancelBackfill.Kind, new CancelBackfill(runs), cancellation);

    private Task<bool> TellAsync(string id, string kind, object body, CancellationToken cancellation) => actors.TellAsync(new TellActor
    {
        Id = BackfillPaths.Of(id),
        EntryId = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow().UtcTicks:D19}-{kind}-{Guid.NewGuid():N}"),
        Kind = kind,
        Body = JsonSerializer.SerializeToElement(body, OrchestrationJson.Options),
    }, cancellation);

    private async Task<(BackfillRequest Request, IReadOnlyList<DateTimeOffset> Ticks)> PlanAsync(CreateBackfill create, string id, DateTimeOffset now, CancellationToken cancellation)
    {
        if (create.From >= create.To) throw BackfillErrors.Of($"the range ends at {create.To:O}, which is not after its begin at {create.From:O}");
        if (create.To > now) throw BackfillErrors.Of($"the range ends at {create.To:O}, which is in the future: the schedule makes those runs");
        if (create.MaxActive is < 1 or > MostActive) throw BackfillErrors.Of(string.Create(CultureInfo.InvariantCulture, $"{create.MaxActive} runs at once are not possible: 1 to {MostActive} are"));
        var pinned = await catalogue.PinAsync(create.Dag, null, cancellation);
        if (pinned.Dag.Schedule is not { HasTicks: true } schedule) throw BackfillErrors.NoTicksOf(create.Dag);
        if (ConfCheck.Apply(pinned.Dag.Params, create.Conf ?? JsonSerializer.SerializeToElement(new { })).Problems is [var problem, ..])
            throw new UpdraftException(RunErrors.ConfRefused, $"{problem.Place.Path}: {problem.Message}");
        var ticks = BackfillRequest.TicksOf(schedule, create.From, create.To).Take(MostCounted + 1).ToList();
        if (ticks.Count > BackfillRequest.MostTicks) throw BackfillErrors.TooManyOf(create.Dag, ticks.Count);
        if (ticks.Count == 0) throw BackfillErrors.NoneOf(create.Dag);
        return (new BackfillRequest { Id = id, Wanted = create, Version = pinned.Version!, Schedule = schedule, CreatedAt = now }, ticks);
    }

    /// <summary>Ticks are counted up to this, for the message.</summary>
    private const int MostCounted = 1_000_000;

    private sealed record BackfillEntry(string Id, string Dag);
}

/// <summary>A backfill as its documents have it.</summary>
/// <param name="Request">What it was asked.</param>
/// <param name="Body">How far it is.</param>
public sealed record BackfillView(BackfillRequest Request, BackfillBody Body);

/// <summary>What a backfill would do.</summary>
/// <param name="Ticks">Ticks of the range.</param>
/// <param name="Missing">Those that have no run, and would get one.</param>
/// <param name="Again">Those whose run would run again.</param>
/// <param name="First">The first ticks in the backfill's order, <see cref="BackfillClient.MostPreviewed"/> at most.</param>
public sealed record BackfillPreview(int Ticks, int Missing, int Again, IReadOnlyList<BackfillTick> First);

/// <summary>A tick of a backfill.</summary>
/// <param name="Tick">The tick.</param>
/// <param name="RunId">Its run's id.</param>
/// <param name="Status">The run's state; null when there is none.</param>
/// <param name="Runs">Whether the backfill would make or clear it.</param>
public sealed record BackfillTick(DateTimeOffset Tick, string RunId, RunStatus? Status, bool Runs);
