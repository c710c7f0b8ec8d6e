using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Updraft.Orchestration;

namespace Updraft.Azure;

/// <summary>
/// Claims as documents, so that of all processes over one storage one acts for an attempt. A holder renews its claim every 30 seconds and looks
/// every 5 whether it shall stop; one that has not renewed for 90 seconds stops its work, and after 2 minutes another may take over. Clocks of
/// the processes may differ by some seconds. Thread-safe.
/// </summary>
/// <param name="store">Where the documents are.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it says what went wrong.</param>
/// <param name="stopping">Cancelled when the host shuts down: all work is told to stop.</param>
public sealed class ClaimAttemptHost(IStateStore store, TimeProvider time, ILogger log, CancellationToken stopping) : IAttemptHost
{
    private readonly ConcurrentDictionary<string, Claim> _here = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<IAttempt?> ClaimAsync(string attemptId, CancellationToken cancellation = default)
    {
        var path = ClaimDocument.PathOf(attemptId);
        var held = await store.GetAsync<ClaimDocument>(path, cancellation);
        var now = time.GetUtcNow();
        if (held is not null && !HasLapsed(held.Value, now)) return null;
        var mine = new ClaimDocument { AttemptId = attemptId, Holder = Guid.NewGuid().ToString("N"), Renewed = now };
        var condition = held is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(held.ETag);
        if (await store.PutAsync(path, mine, condition, writeId: mine.Holder, summary: SummaryOf(now), cancellation: cancellation) is not { } etag) return null;
        if (held is not null) ClaimLogs.TakenOver(log, attemptId, held.Value.Renewed);
        var claim = new Claim(new ClaimKeeper(store, time, log, mine, etag), time, stopping);
        claim.Ended += () => _here.TryRemove(KeyValuePair.Create(attemptId, claim));
        _here[attemptId] = claim;
        claim.Begin();
        return claim;
    }

    /// <inheritdoc/>
    public async Task<bool> StopAsync(string attemptId, CancellationToken cancellation = default)
    {
        var path = ClaimDocument.PathOf(attemptId);
        while (await store.GetAsync<ClaimDocument>(path, cancellation) is { } held && !HasLapsed(held.Value, time.GetUtcNow()))
        {
            // What is asked here and now is seen at the next look anyway; in this process it need not wait for that.
            var asked = held.Value.Stop || await store.PutAsync(path, held.Value with { Stop = true }, WriteCondition.IfMatch(held.ETag), summary: SummaryOf(held.Value.Renewed), cancellation: cancellation) is not null;
            if (!asked) continue; // It was renewed meanwhile.
            if (_here.TryGetValue(attemptId, out var claim)) await claim.StopAsync();
            return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public async Task<bool> WaitForReleaseAsync(string attemptId, CancellationToken cancellation = default)
    {
        var path = ClaimDocument.PathOf(attemptId);
        while (await store.GetAsync<ClaimDocument>(path, cancellation) is { } held)
        {
            if (HasLapsed(held.Value, time.GetUtcNow())) return false;
            await Task.Delay(ClaimTimes.Look, time, cancellation).ConfigureAwait(false);
        }
        await Task.Delay(ClaimTimes.Look, time, cancellation).ConfigureAwait(false); // The result of who held it is on its way.
        return true;
    }

    /// <summary>Removes claims of which nobody has been heard for a day: their holders died, and nobody ran the attempts again.</summary>
    public async Task<int> RemoveLeftAsync(CancellationToken cancellation = default)
    {
        var removed = 0;
        await foreach (var entry in store.ListAsync(ClaimDocument.Prefix, null, cancellation))
        {
            if (!DateTimeOffset.TryParse(entry.Summary, System.Globalization.CultureInfo.InvariantCulture, out var renewed) || time.GetUtcNow() - renewed < ClaimTimes.Left) continue;
            if (await store.DeleteAsync(entry.Path, entry.ETag, cancellation)) removed++;
        }
        return removed;
    }

    internal static string SummaryOf(DateTimeOffset renewed) => renewed.ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private static bool HasLapsed(ClaimDocument claim, DateTimeOffset now) => now - claim.Renewed >= ClaimTimes.Lease;
}
