using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Does the same to many runs: first they are found and counted, then exactly those are dealt with. Thread-safe.</summary>
public sealed class BulkRuns(RunClient runs, RunReruns reruns, RunSearch search)
{
    /// <summary>Runs that one match finds at the most.</summary>
    public const int MostFound = 1_000;

    /// <summary>The runs that a filter means, newest first; those that are named, in their order.</summary>
    /// <param name="filter">Which runs.</param>
    /// <param name="max">Most to find, 1 to <see cref="MostFound"/>.</param>
    /// <param name="maySee">Whether runs of a team may be seen; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RunMatch> MatchAsync(RunFilter filter, int max = MostFound, Func<string?, bool>? maySee = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(max, 1, MostFound), max, nameof(max));
        if (!filter.Ids.IsEmpty) return await NamedAsync(filter, max, maySee, cancellation);
        var found = await search.FindAsync(filter, null, max, maySee, cancellation);
        // A full page may be the whole of it.
        var more = found.SearchedTo is not null || (found.Next is { } next && !(await search.FindAsync(filter, next, 1, maySee, cancellation)).Runs.IsEmpty);
        return new RunMatch([.. found.Runs.Select(run => run.Entry.RunId)], more);
    }

    /// <summary>Does one thing to some runs, one after the other. What fails for one is told of that one, and the others are dealt with.</summary>
    /// <exception cref="ArgumentException">Not exactly one thing is to be done.</exception>
    public async Task<ImmutableArray<BulkResult>> DoAsync(BulkCommand command, CancellationToken cancellation = default)
    {
        if (!command.IsOne) throw new ArgumentException("one of cancel, clear, mark, pause and rerun is to be done", nameof(command));
        var results = ImmutableArray.CreateBuilder<BulkResult>();
        foreach (var runId in command.RunIds.Distinct(StringComparer.Ordinal))
        {
            try
            {
                results.Add(await DoAsync(runId, command, cancellation));
            }
            catch (UpdraftException refused)
            {
                results.Add(new BulkResult(runId, false, Problem: refused.Message));
            }
        }
        return results.ToImmutable();
    }

    private async Task<BulkResult> DoAsync(string runId, BulkCommand command, CancellationToken cancellation)
    {
        if (command.Rerun is { } rerun) return new BulkResult(runId, true, NewRun: (await reruns.RerunAsync(runId, rerun with { RunId = command.RunIds.Length == 1 ? rerun.RunId : null }, cancellation)).Request.RunId);
        var known = command switch
        {
            { Cancel: { } cancel } => await runs.CancelAsync(runId, cancel, cancellation),
            { Clear: { } clear } => await runs.ClearAsync(runId, clear, cancellation),
            { Mark: { } mark } => await runs.MarkAsync(runId, mark, cancellation),
            _ => await runs.PauseAsync(runId, command.Pause!, cancellation),
        };
        return new BulkResult(runId, known, Problem: known ? null : $"there is no run '{runId}'");
    }

    private async Task<RunMatch> NamedAsync(RunFilter filter, int max, Func<string?, bool>? maySee, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (var id in filter.Ids.Distinct(StringComparer.Ordinal))
        {
            if (!await search.FitsAsync(id, filter, maySee, cancellation)) continue;
            if (found.Count == max) return new RunMatch(found.ToImmutable(), Cut: true);
            found.Add(id);
        }
        return new RunMatch(found.ToImmutable(), Cut: false);
    }
}

/// <summary>What is to be done to some runs: exactly one thing.</summary>
public sealed record BulkCommand
{
    /// <summary>The runs, as a match found them.</summary>
    public required ImmutableArray<string> RunIds { get; init; }

    /// <summary>Cancels them; null for something else.</summary>
    public CancelCommand? Cancel { get; init; }

    /// <summary>Clears task instances of them; null for something else.</summary>
    public ClearCommand? Clear { get; init; }

    /// <summary>Marks task instances of them; null for something else.</summary>
    public MarkCommand? Mark { get; init; }

    /// <summary>Pauses them, or lets them go on; null for something else.</summary>
    public PauseCommand? Pause { get; init; }

    /// <summary>Makes each of them again; null for something else.</summary>
    public Rerun? Rerun { get; init; }

    /// <summary>Whether exactly one thing is to be done.</summary>
    [JsonIgnore]
    public bool IsOne => new object?[] { Cancel, Clear, Mark, Pause, Rerun }.Count(each => each is not null) == 1;
}

/// <summary>What became of one of many.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Done">Whether it was done, or is sure to be.</param>
/// <param name="NewRun">For a rerun, the new run; null otherwise.</param>
/// <param name="Problem">Why it was not done; null when it was.</param>
public sealed record BulkResult(string RunId, bool Done, string? NewRun = null, string? Problem = null);
