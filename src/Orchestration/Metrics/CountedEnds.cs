using System.Collections.Concurrent;

namespace Updraft.Orchestration;

/// <summary>
/// Ends that this process has counted: the document of an ended run is stored anew when somebody asks how it ended, or after an answer was lost.
/// </summary>
internal sealed class CountedEnds
{
    private const int Most = 16_384;

    private readonly ConcurrentDictionary<string, DateTime> _ends = new(StringComparer.Ordinal);

    /// <summary>Whether an end is to be counted. What ended long before others is forgotten.</summary>
    public bool IsNew(string runId, DateTime endedAt)
    {
        if (_ends.TryGetValue(runId, out var known) && known == endedAt) return false;
        if (_ends.Count >= Most) _ends.Clear();
        _ends[runId] = endedAt;
        return true;
    }
}
