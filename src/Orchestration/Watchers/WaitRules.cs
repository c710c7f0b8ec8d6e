using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Updraft.Orchestration;

/// <summary>When to look at a condition, and what becomes of those who wait for it. Pure.</summary>
public static class WaitRules
{
    /// <summary>Failed looks in a row that are remembered, and so the most that can be tolerated.</summary>
    public const int MostErrors = 128;

    /// <summary>Largest part of a wait by which a look may come later.</summary>
    private const double Jitter = 0.2;

    /// <summary>How long someone who waits lets pass after a look. It grows with the time waited, as intervals that grow by a factor would.</summary>
    public static TimeSpan IntervalOf(SharedWait waiter, DateTimeOffset lookedAt)
    {
        var policy = waiter.Policy;
        var waited = Math.Max(0, (lookedAt - waiter.Since).TotalSeconds);
        // After looks at I, I·b, I·b² … a time e has passed when the next interval is I + e·(b − 1).
        return TimeSpan.FromSeconds(Math.Min(policy.MaxInterval.TotalSeconds, policy.Interval.TotalSeconds + waited * (policy.Backoff - 1)));
    }

    /// <summary>A wait made longer by up to 20 %, always the same for the same look of the same watcher, so that not all come at once.</summary>
    public static TimeSpan WithJitter(TimeSpan wait, ActorId watcher, long look)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{watcher.Path}{look}")));
        return wait * (1 + Jitter * BitConverter.ToUInt16(hash) / ushort.MaxValue);
    }

    /// <summary>The longest that <see cref="WithJitter"/> makes of a wait.</summary>
    public static TimeSpan MostOf(TimeSpan wait) => wait * (1 + Jitter);

    /// <summary>When one who waits gives up: at its deadline or timeout, whichever is first; null for never.</summary>
    public static DateTimeOffset? GivesUpAt(SharedWait waiter) =>
        (waiter.Policy.Deadline, waiter.Request.Timeout) switch
        {
            (null, null) => null,
            ({ } deadline, { } timeout) => waiter.Since + (deadline < timeout ? deadline : timeout),
            var (deadline, timeout) => waiter.Since + (deadline ?? timeout),
        };

    /// <summary>How a wait that is given up ends.</summary>
    public static AttemptResult GivenUp(SharedWait waiter)
    {
        var (deadline, timeout) = (waiter.Policy.Deadline, waiter.Request.Timeout);
        if (deadline is null || timeout < deadline)
            return new() { Outcome = AttemptOutcome.TimedOut, Code = JobErrors.TimedOut, Reason = $"took longer than its timeout of {timeout}" };
        return new()
        {
            Outcome = waiter.Policy.SoftFail ? AttemptOutcome.Skipped : AttemptOutcome.Failed, Code = JobErrors.Deadline, Reason = $"its condition did not hold within {deadline}",
        };
    }

    /// <summary>How a wait ends whose condition could not be looked at too often in a row; null while that is tolerated. Only looks since it began to wait count.</summary>
    public static AttemptResult? Unreachable(SharedWait waiter, ImmutableArray<DateTimeOffset> errors, string error)
    {
        var seen = errors.Count(at => at >= waiter.Since);
        if (seen <= Math.Min(waiter.Policy.ErrorsTolerated, MostErrors - 1)) return null;
        var reason = $"could not be looked at {seen} times in a row: {error}";
        return new() { Outcome = AttemptOutcome.Failed, Code = JobErrors.Unreachable, Reason = reason.Length <= 300 ? reason : reason[..299] + "…" };
    }

    /// <summary>One more failed look in a row.</summary>
    public static ImmutableArray<DateTimeOffset> AndNow(this ImmutableArray<DateTimeOffset> errors, DateTimeOffset now) =>
        [.. errors.Length < MostErrors ? errors : errors[^(MostErrors - 1)..], now];

    /// <summary>Whether what is remembered counts for one who waits.</summary>
    public static bool Counts(Remembered remembered, SharedWait waiter, DateTimeOffset now) =>
        waiter.Anew ? remembered.MetAt >= waiter.Since : now - remembered.MetAt < waiter.Policy.RememberFor;
}
