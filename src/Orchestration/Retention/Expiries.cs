using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Updraft.Orchestration;

/// <summary>Times to live: what is noted here is removed by retention on the day after its last.</summary>
public sealed class Expiries(IStateStore store, IBlobStore blobs, TimeProvider clock)
{
    private const string All = "expires/";

    /// <summary>Notes that something lives until a time. The same again changes nothing.</summary>
    public Task AddAsync(DateTimeOffset until, Expiry expiry, CancellationToken cancellation = default)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(expiry.Path)).AsSpan(0, 16));
        return store.PutAsync(All + DocumentPath.Of(DayOf(until), name), expiry, WriteCondition.None, cancellation: cancellation);
    }

    /// <summary>Removes what has lived long enough.</summary>
    /// <returns>How much.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellation = default)
    {
        var today = All + DocumentPath.Of(DayOf(clock.GetUtcNow()));
        var removed = 0;
        await foreach (var listed in store.ListAsync(All, null, cancellation))
        {
            if (string.CompareOrdinal(listed.Path, today) >= 0) break;
            if (await store.GetAsync<Expiry>(listed.Path, cancellation) is not { Value: var expiry }) continue;
            if (expiry.IsBlobs) await blobs.DeleteAsync(expiry.Path, cancellation);
            else await store.DeleteAsync(expiry.Path, expiry.ETag, cancellation);
            await store.DeleteAsync(listed.Path, listed.ETag, cancellation);
            removed++;
        }
        return removed;
    }

    private static string DayOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Something with a time to live.</summary>
/// <param name="Path">A document's path, or what the paths of blobs begin with.</param>
/// <param name="IsBlobs">Whether it is blobs. Default false: a document.</param>
/// <param name="ETag">The document goes only if it is still as it was; null for whatever it is.</param>
public sealed record Expiry(string Path, bool IsBlobs = false, string? ETag = null);
