using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>How long a retry waits.</summary>
internal static class RetryDelays
{
    /// <summary>Longest jitter, as a share of the wait.</summary>
    private const double Jitter = 0.2;

    /// <summary>The wait after the n-th try: the delay times the factor for each try before, up to the longest, and up to a fifth on top, drawn once from the attempt's id.</summary>
    public static TimeSpan Of(RetrySpec retry, int tries, string attemptId)
    {
        var grown = retry.Delay.TotalSeconds * Math.Pow(retry.Backoff, tries - 1);
        var delay = Math.Min(grown, retry.MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(delay * (1 + Jitter * Draw(attemptId)));
    }

    /// <summary>A number in [0, 1) that depends on the text alone.</summary>
    private static double Draw(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211UL;
        hash ^= hash >> 32;
        return (hash & 0xFFFFFF) / (double)0x1000000;
    }
}
