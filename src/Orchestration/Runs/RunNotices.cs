using System.Collections.Concurrent;

namespace Updraft.Orchestration;

/// <summary>Tells those who wait in this process that a run's document was stored. A convenience: the document is the truth.</summary>
public sealed class RunNotices
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Completes when the next document of the run is stored.</summary>
    public Task NextAsync(string runId) => _waiting.GetOrAdd(runId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    internal void Stored(string runId)
    {
        if (_waiting.TryRemove(runId, out var waiting)) waiting.SetResult();
    }
}
