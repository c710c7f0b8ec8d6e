using System.Collections.Concurrent;

namespace Updraft.Orchestration;

/// <summary>
/// Ends that this process has counted: the document of an ended run is stored anew when somebody asks how it ended, or after an answer was lost.
/// </summary>
internal sealed class CountedEnds
{
    private const int Most = 16_384;

    private readonly ConcurrentDictionary<string, (int Opened, DateTime At)> _ends = new(StringComparer.Ordinal);
    private int _count; // About: a dictionary's own count locks all of it.

    /// <summary>Whether an end is to be counted. What ended long before others is forgotten.</summary>
    /// <param name="of">What has ended.</param>
    /// <param name="opened">How often it was opened again before.</param>
    /// <param name="at">When it ended.</param>
    public bool IsNew(string of, int opened, DateTime at)
    {
        if (_ends.TryGetValue(of, out var known))
        {
            if (known == (opened, at)) return false;
        }
        else if (Interlocked.Increment(ref _count) > Most)
        {
            _ends.Clear();
            Volatile.Write(ref _count, 1);
        }
        _ends[of] = (opened, at);
        return true;
    }
}
