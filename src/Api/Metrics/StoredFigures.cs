using System.Collections.Immutable;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Figures that stand in documents, as they were when they were last read.</summary>
internal sealed record StoredFigures
{
    // What is more than these is counted and not read.
    private const int MostHeads = 5_000;
    private const int MostMessages = 5_000;

    public ImmutableSortedDictionary<string, int> RunsOpen { get; init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    public int Messages { get; init; }

    public DateTimeOffset? OldestMessage { get; init; }

    public int DeadLetters { get; init; }

    public IReadOnlyList<PoolUsage> Pools { get; init; } = [];

    public IReadOnlyList<(string Lane, Heartbeat Beat)> Beats { get; init; } = [];

    public DateTimeOffset? Watched { get; init; }

    public DateTimeOffset? Retained { get; init; }

    public static async Task<StoredFigures> ReadAsync(RunServices services, CancellationToken cancellation)
    {
        var store = services.Ports.State;
        var watchdog = (await store.GetAsync<WatchdogReport>(WatchdogReport.Path, cancellation))?.Value;
        var beats = new List<(string, Heartbeat)>();
        foreach (var lane in watchdog?.Lanes ?? [])
            if (await store.GetAsync<Heartbeat>(Heartbeat.PathOf(lane.Lane), cancellation) is { Value: var beat }) beats.Add((lane.Lane, beat));
        var messages = await services.Queue.WaitingAsync(cancellation).Take(MostMessages).Select(message => message.EnqueuedAt).ToListAsync(cancellation);
        return new StoredFigures
        {
            RunsOpen = await OpenAsync(services, cancellation),
            Messages = messages.Count,
            OldestMessage = messages.Count > 0 ? messages.Min() : null,
            DeadLetters = await services.Queue.DeadLettersAsync(cancellation).Take(MostMessages).CountAsync(cancellation),
            Pools = await services.Pools.ListAsync(cancellation),
            Beats = beats,
            Watched = watchdog?.At,
            Retained = (await store.GetAsync<RetentionReport>(RetentionReport.Path, cancellation))?.Value.At,
        };
    }

    private static async Task<ImmutableSortedDictionary<string, int>> OpenAsync(RunServices services, CancellationToken cancellation)
    {
        var (queued, running, paused, ending, unread) = (0, 0, 0, 0, 0);
        await foreach (var listed in services.Ports.State.ListAsync(ActorPaths.OpenMarkers + DocumentPath.Of(ActorKindNames.Run), null, cancellation))
        {
            if (queued + running + paused + ending >= MostHeads)
            {
                unread++;
                continue;
            }
            switch (await services.Runs.Reader.StatusAsync(ActorPaths.OfOpen(listed.Path), cancellation))
            {
                case RunStatus.Queued: queued++; break;
                case RunStatus.Running: running++; break;
                case RunStatus.Paused: paused++; break;
                default: ending++; break;
            }
        }
        return ImmutableSortedDictionary.CreateRange<string, int>(StringComparer.Ordinal, [new("queued", queued), new("running", running), new("paused", paused), new("ending", ending), new("unread", unread)]);
    }
}
