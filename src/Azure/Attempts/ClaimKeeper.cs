using Microsoft.Extensions.Logging;
using Updraft.Orchestration;

namespace Updraft.Azure;

/// <summary>Keeps a claim's document: reads it, renews it, and gives it back. One call at a time.</summary>
internal sealed class ClaimKeeper(IStateStore store, TimeProvider time, ILogger log, ClaimDocument claim, string etag)
{
    private readonly string _path = ClaimDocument.PathOf(claim.AttemptId);

    /// <summary>The attempt.</summary>
    public string AttemptId => claim.AttemptId;

    /// <summary>When the claim was last renewed, by this process's clock.</summary>
    public DateTimeOffset Renewed { get; private set; } = claim.Renewed;

    public ILogger Log => log;

    /// <summary>Reads the claim, and renews it when that is due.</summary>
    public async Task<ClaimState> LookAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (await store.GetAsync<ClaimDocument>(_path, cancellation) is not { } held || held.Value.Holder != claim.Holder) return ClaimState.Lost;
            etag = held.ETag;
            var now = time.GetUtcNow();
            if (now - Renewed < ClaimTimes.Renew) return StateOf(held.Value);
            var next = held.Value with { Renewed = now };
            var written = await store.PutAsync(_path, next, WriteCondition.IfMatch(etag), writeId: $"{claim.Holder}-{now.UtcTicks}", summary: ClaimAttemptHost.SummaryOf(now), cancellation: cancellation);
            if (written is null) continue; // A stop was written meanwhile, or another took over.
            (etag, Renewed) = (written, now);
            return StateOf(next);
        }
    }

    /// <summary>Removes the document. False when another has taken the claim.</summary>
    public async Task<bool> GiveBackAsync(CancellationToken cancellation)
    {
        while (!await store.DeleteAsync(_path, etag, cancellation))
        {
            if (await store.GetAsync<ClaimDocument>(_path, cancellation) is not { } held) return !MayBeLost; // Deleted just now, and the answer was lost.
            if (held.Value.Holder != claim.Holder) return false;
            etag = held.ETag; // A stop was written.
        }
        return true;
    }

    /// <summary>Whether another may have taken the claim, as far as the clock tells.</summary>
    public bool MayBeLost => time.GetUtcNow() - Renewed >= ClaimTimes.Lease;

    private static ClaimState StateOf(ClaimDocument held) => held.Stop ? ClaimState.Stop : ClaimState.Held;
}

/// <summary>What a holder finds when it looks at its claim.</summary>
internal enum ClaimState
{
    /// <summary>It holds the claim.</summary>
    Held,

    /// <summary>It holds the claim, and is asked to stop.</summary>
    Stop,

    /// <summary>Another has taken the claim, or it is gone.</summary>
    Lost,
}
