using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A backfill that is wanted: runs of a range of ticks.</summary>
public sealed record CreateBackfill
{
    /// <summary>The DAG.</summary>
    public required string Dag { get; init; }

    /// <summary>Names the backfill, 1 to 200 printable characters; the same twice is one. Null for one made from the time.</summary>
    public string? Id { get; init; }

    /// <summary>The first instant of the range.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The end of the range, which is not part of it; not in the future.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Which ticks come first. Default the oldest.</summary>
    public BackfillOrder Order { get; init; }

    /// <summary>Its runs under way at once, 1 to 100. Default 4.</summary>
    public int MaxActive { get; init; } = 4;

    /// <summary>What becomes of runs that are there. Default: they stay as they are.</summary>
    public Reprocess Reprocess { get; init; }

    /// <summary>Conf of the runs that it makes: a JSON object; null for none.</summary>
    public JsonElement? Conf { get; init; }

    /// <summary>Labels of the runs that it makes. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Who wants it; null when unknown.</summary>
    public string? By { get; init; }
}

/// <summary>What a backfill was asked: written once, and never changed.</summary>
public sealed record BackfillRequest
{
    /// <summary>Most ticks of one backfill.</summary>
    public const int MostTicks = 10_000;

    /// <summary>The label that its runs have, with its id.</summary>
    public const string Label = "backfill";

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What was wanted.</summary>
    public required CreateBackfill Wanted { get; init; }

    /// <summary>Hash of the version of which runs are made: the current one when it was created.</summary>
    public required string Version { get; init; }

    /// <summary>That version's schedule.</summary>
    public required ScheduleSpec Schedule { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The ticks of a range, the oldest first.</summary>
    public static IEnumerable<DateTimeOffset> TicksOf(ScheduleSpec schedule, DateTimeOffset from, DateTimeOffset to) =>
        from < to ? Dags.Schedule.Create(schedule).TicksBetween(from.AddTicks(-1), to.AddTicks(-1)) : [];
}

/// <summary>Which ticks of a backfill come first.</summary>
public enum BackfillOrder
{
    /// <summary>The oldest.</summary>
    OldestFirst,

    /// <summary>The newest.</summary>
    NewestFirst,
}

/// <summary>What a backfill does with runs that are there.</summary>
public enum Reprocess
{
    /// <summary>Nothing: only ticks without a run get one.</summary>
    Missing,

    /// <summary>Of those that failed or were cancelled, what failed runs again.</summary>
    Failed,

    /// <summary>All of each runs again.</summary>
    All,
}
