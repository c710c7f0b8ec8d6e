using System.Collections.Concurrent;

namespace Updraft.Orchestration;

/// <summary>Tells those who wait in this process that a run's document was stored. A convenience: the document is the truth.</summary>
public sealed class RunNotices
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Told of every run whose document was stored, with its head, on the thread that stored it: to be done with quickly.</summary>
    public event Action<string, ActorHead>? Noticed;

    /// <summary>Completes when the next document of the run is stored.</summary>
    public Task NextAsync(string runId) => _waiting.GetOrAdd(runId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    internal void Stored(string runId, ActorHead head)
    {
        Noticed?.Invoke(runId, head);
        if (_waiting.TryRemove(runId, out var waiting)) waiting.SetResult();
    }
}
