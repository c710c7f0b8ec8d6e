using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>
/// What an attempt reads of its run beyond its request. Nothing it returns changes while the attempt may still run, so implementations may
/// keep what was read before.
/// </summary>
public interface IAttemptInputs
{
    /// <summary>What the run was asked.</summary>
    Task<RunRequest> RequestAsync(string runId, CancellationToken cancellation = default);

    /// <summary>
    /// Outputs of all instances of a mapped task, as seen from <paramref name="place"/>, in the order of their slots: one for each instance
    /// that succeeded.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="taskId">Full id of the mapped task.</param>
    /// <param name="place">Where the reader stands; the regions that it shares with the task fix the outer slots.</param>
    /// <param name="cancellation">Ends the listing.</param>
    IAsyncEnumerable<OutputRef> OutputsAsync(string runId, string taskId, ImmutableArray<MapPlace> place, CancellationToken cancellation = default);

    /// <summary>Output of the instance of a mapped task that has a key; null when there is no such instance, or it did not succeed.</summary>
    Task<OutputRef?> OutputOfAsync(string runId, string taskId, ImmutableArray<MapPlace> place, string key, CancellationToken cancellation = default);
}
