using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Does the same to many runs: first they are found and counted, then exactly those are dealt with. Thread-safe.</summary>
public sealed class BulkRuns(RunClient runs, RunReruns reruns, RunNotes notes)
{
    /// <summary>Runs that one match finds at the most.</summary>
    public const int MostFound = 1_000;

    /// <summary>Runs that one match looks at, at the most.</summary>
    public const int MostLookedAt = 20_000;

    /// <summary>The runs that a filter means, newest first.</summary>
    /// <param name="filter">Which runs.</param>
    /// <param name="max">Most to find, 1 to <see cref="MostFound"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RunMatch> MatchAsync(RunFilter filter, int max = MostFound, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(max, 1, MostFound), max, nameof(max));
        var found = ImmutableArray.CreateBuilder<string>();
        var looked = 0;
        await foreach (var run in CandidatesAsync(filter, cancellation))
        {
            if (filter.Since is { } since && run.CreatedAt < since && filter.Ids.IsEmpty) break; // The newest come first.
            if (!Fits(filter, run) || !await HasLabelsAsync(filter, run, cancellation))
            {
                if (++looked == MostLookedAt) return new RunMatch(found.ToImmutable(), Cut: true);
                continue;
            }
            if (found.Count == max) return new RunMatch(found.ToImmutable(), Cut: true);
            found.Add(run.RunId);
        }
        return new RunMatch(found.ToImmutable(), Cut: false);
    }

    /// <summary>Does one thing to some runs, one after the other. What fails for one is told of that one, and the others are dealt with.</summary>
    /// <exception cref="ArgumentException">Not exactly one thing is to be done.</exception>
    public async Task<ImmutableArray<BulkResult>> DoAsync(BulkCommand command, CancellationToken cancellation = default)
    {
        object?[] said = [command.Cancel, command.Clear, command.Mark, command.Pause, command.Rerun];
        if (said.Count(each => each is not null) != 1) throw new ArgumentException("one of cancel, clear, mark, pause and rerun is to be done", nameof(command));
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
        if (command.Rerun is { } rerun) return new BulkResult(runId, true, NewRun: (await reruns.RerunAsync(runId, rerun with { RunId = null }, cancellation)).Request.RunId);
        var known = command switch
        {
            { Cancel: { } cancel } => await runs.CancelAsync(runId, cancel, cancellation),
            { Clear: { } clear } => await runs.ClearAsync(runId, clear, cancellation),
            { Mark: { } mark } => await runs.MarkAsync(runId, mark, cancellation),
            _ => await runs.PauseAsync(runId, command.Pause!, cancellation),
        };
        return new BulkResult(runId, known, Problem: known ? null : $"there is no run '{runId}'");
    }

    private async IAsyncEnumerable<Candidate> CandidatesAsync(RunFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        if (filter.Ids.IsEmpty)
        {
            await foreach (var (entry, summary) in runs.ListAsync(filter.Dag, cancellation))
                yield return new Candidate(entry.RunId, entry.Dag, entry.CreatedAt, summary.Trigger, summary.Status);
            yield break;
        }
        foreach (var id in filter.Ids.Distinct(StringComparer.Ordinal))
            if (await runs.Reader.GetAsync(id, cancellation) is { } run)
                yield return new Candidate(id, run.Request.Dag, run.Request.CreatedAt, run.Request.Trigger, run.Body.Status);
    }

    private static bool Fits(RunFilter filter, Candidate run) =>
        (filter.Dag is null || filter.Dag == run.Dag)
        && (filter.Statuses.IsEmpty || filter.Statuses.Contains(run.Status))
        && (filter.Trigger is null || filter.Trigger == run.Trigger)
        && (filter.Since is not { } since || run.CreatedAt >= since)
        && (filter.Until is not { } until || run.CreatedAt < until);

    private async Task<bool> HasLabelsAsync(RunFilter filter, Candidate run, CancellationToken cancellation)
    {
        if (filter.Labels.IsEmpty) return true;
        return await notes.GetAsync(run.RunId, cancellation) is { } note && filter.Labels.All(label => note.Labels.TryGetValue(label.Key, out var value) && value == label.Value);
    }

    private sealed record Candidate(string RunId, string Dag, DateTimeOffset CreatedAt, string Trigger, RunStatus Status);
}

/// <summary>What is to be done to some runs: exactly one thing.</summary>
public sealed record BulkCommand
{
    /// <summary>The runs, as <see cref="BulkRuns.MatchAsync"/> found them.</summary>
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
}

/// <summary>What became of one of many.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Done">Whether it was done, or is sure to be.</param>
/// <param name="NewRun">For a rerun, the new run; null otherwise.</param>
/// <param name="Problem">Why it was not done; null when it was.</param>
public sealed record BulkResult(string RunId, bool Done, string? NewRun = null, string? Problem = null);
