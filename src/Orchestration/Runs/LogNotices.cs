using System.Collections.Concurrent;

namespace Updraft.Orchestration;

/// <summary>Tells those who wait in this process that a log has grown. A convenience: the log is the truth.</summary>
public sealed class LogNotices
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Completes with the next append to a log.</summary>
    /// <param name="path">The log's path.</param>
    public Task NextAsync(string path) => _waiting.GetOrAdd(path, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    internal void Appended(string path)
    {
        if (_waiting.TryRemove(path, out var waiting)) waiting.SetResult();
    }
}
