using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Counts the instances of each task of a run. Parts that have not changed since the last look are remembered, so that one that grows is looked at quickly. Thread-safe.</summary>
public sealed class TaskTotals(IStateStore store)
{
    private const int MostRemembered = 2_000;

    private readonly RunReader _reader = new(store);
    private readonly ConcurrentDictionary<string, (long Revision, ImmutableSortedDictionary<string, TaskTotal> Totals)> _parts = new(StringComparer.Ordinal);

    /// <summary>Totals by task; a task that has no instance yet is missing.</summary>
    public async Task<ImmutableSortedDictionary<string, TaskTotal>> OfAsync(RunView run, CancellationToken cancellation = default)
    {
        var totals = await SumAsync(RunPaths.Of(run.Request.RunId), run.Pages, cancellation);
        foreach (var part in run.Body.Maps.SelectMany(map => map.Parts).Where(part => part is { Shown: true, Started: true }))
            foreach (var (task, total) in await OfPartAsync(RunPaths.PartOf(run.Request.RunId, part.Name), cancellation))
                totals = totals.SetItem(task, totals.TryGetValue(task, out var before) ? before.With(total) : total);
        return totals;
    }

    private async Task<ImmutableSortedDictionary<string, TaskTotal>> OfPartAsync(ActorId part, CancellationToken cancellation)
    {
        if ((await store.GetAsync<ActorHead>(ActorPaths.Head(part), cancellation))?.Value is not { } head) return ImmutableSortedDictionary<string, TaskTotal>.Empty;
        if (_parts.TryGetValue(part.Path, out var known) && known.Revision == head.Revision) return known.Totals;
        var totals = await SumAsync(part, head.Pages, cancellation);
        if (_parts.Count >= MostRemembered) _parts.Clear();
        _parts[part.Path] = (head.Revision, totals);
        return totals;
    }

    private async Task<ImmutableSortedDictionary<string, TaskTotal>> SumAsync(ActorId id, int pages, CancellationToken cancellation)
    {
        var totals = ImmutableSortedDictionary.CreateBuilder<string, TaskTotal>(StringComparer.Ordinal);
        await foreach (var instance in _reader.PagesAsync(id, pages, cancellation))
            totals[instance.Task] = totals.TryGetValue(instance.Task, out var before) ? before.With(TaskTotal.Of(instance)) : TaskTotal.Of(instance);
        return totals.ToImmutable();
    }
}

/// <summary>The instances of one task of a run.</summary>
public sealed record TaskTotal
{
    /// <summary>How many there are, by state.</summary>
    public required ImmutableSortedDictionary<TaskState, int> Counts { get; init; }

    /// <summary>When the first became ready to start; null before.</summary>
    public DateTime? ScheduledAt { get; init; }

    /// <summary>When the first latest try started; null before.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>When the last ended; null before any did.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>The highest try of any.</summary>
    public int Tries { get; init; }

    internal static TaskTotal Of(InstanceDocument instance) => new()
    {
        Counts = ImmutableSortedDictionary<TaskState, int>.Empty.Add(instance.State, 1),
        ScheduledAt = instance.ScheduledAt,
        StartedAt = instance.StartedAt,
        EndedAt = instance.EndedAt,
        Tries = instance.Try,
    };

    internal TaskTotal With(TaskTotal other) => new()
    {
        Counts = Counts.SetItems(other.Counts.Select(count => KeyValuePair.Create(count.Key, Counts.GetValueOrDefault(count.Key) + count.Value))),
        ScheduledAt = First(ScheduledAt, other.ScheduledAt),
        StartedAt = First(StartedAt, other.StartedAt),
        EndedAt = EndedAt is { } ended && (other.EndedAt is not { } later || ended > later) ? ended : other.EndedAt,
        Tries = Math.Max(Tries, other.Tries),
    };

    private static DateTime? First(DateTime? one, DateTime? other) => one is { } a && (other is not { } b || a < b) ? one : other;
}
