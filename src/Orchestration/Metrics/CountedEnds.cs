using System.Collections.Concurrent;

namespace Updraft.Orchestration;

/// <summary>
/// Ends that this process has counted: the document of an ended run is stored anew when somebody asks how it ended, or after an answer was lost.
/// </summary>
internal sealed class CountedEnds
{
    private const int Most = 16_384;

    private readonly ConcurrentDictionary<string, (int Opened, DateTime At)> _ends = new(StringComparer.Ordinal);

    /// <summary>Whether an end is to be counted. What ended long before others is forgotten.</summary>
    /// <param name="of">What has ended.</param>
    /// <param name="opened">How often it was opened again before.</param>
    /// <param name="at">When it ended.</param>
    public bool IsNew(string of, int opened, DateTime at)
    {
        if (_ends.TryGetValue(of, out var known) && known == (opened, at)) return false;
        if (_ends.Count >= Most) _ends.Clear();
        _ends[of] = (opened, at);
        return true;
    }
}
