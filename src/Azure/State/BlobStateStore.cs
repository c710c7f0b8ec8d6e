using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Azure;

/// <summary>
/// Documents, each a block blob. A write puts its content beside the document as a block of its own, and then makes that block the document, with
/// summary and write id: the one step that counts, and that conditions are about.
/// </summary>
internal sealed class BlobStateStore(BlobNames names, StorageFailures failures) : IStateStore
{
    private const string SummaryKey = "summary";
    private const string WriteKey = "write";
    private const string HashKey = "hash";

    // Every round that one writer loses, or a reader, another writer has won.
    private const int MostRounds = 200;

    private readonly BlobListing _listing = new(names, failures);

    /// <inheritdoc/>
    public async Task<Document?> GetAsync(string path, CancellationToken cancellation = default)
    {
        var blob = BlobOf(path);
        return await failures.GuardAsync(async () =>
        {
            try
            {
                for (var round = 1; round < MostRounds; round++)
                {
                    BlobDownloadResult found = await blob.DownloadContentAsync(cancellation);
                    var content = found.Content.ToMemory();
                    // Azurite gives the content of one write with the etag of the next, when one comes while it reads.
                    if (!found.Details.Metadata.TryGetValue(HashKey, out var hash) || hash == HashOf(content.Span)) return new Document(content, TextOf(found.Details.ETag));
                }
                throw new UpdraftException(AzureErrors.Damaged, $"the document '{path}' is not what was written: its hash is another");
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                return null;
            }
        }, cancellation);
    }

    /// <inheritdoc/>
    public async Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation = default)
    {
        if (write.Summary is not null && Encoding.UTF8.GetByteCount(write.Summary) > DocumentWrite.MaxSummary)
            throw new ArgumentException($"the summary of '{path}' is over {DocumentWrite.MaxSummary} bytes", nameof(write));
        var blob = BlobOf(path);
        if (write.If.ETag is { } expected && !IsETag(expected)) return null;
        return await failures.GuardAsync(() => PutAsync(blob, path, write, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string path, string? etag, CancellationToken cancellation = default)
    {
        var blob = BlobOf(path);
        if (etag is not null && !IsETag(etag)) return false;
        return await failures.GuardAsync(async () =>
        {
            using var doubt = Doubt.Begin();
            try
            {
                await blob.DeleteAsync(conditions: etag is null ? null : new BlobRequestConditions { IfMatch = new ETag(etag) }, cancellationToken: cancellation);
                return true;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                // After a lost answer nothing tells whose deletion it was, and most likely it was this one.
                return doubt.Is;
            }
            catch (RequestFailedException e) when (e.Status == 412)
            {
                // Of what is not there, too, it can be said that it is not as expected.
                return doubt.Is && !await blob.ExistsAsync(cancellation);
            }
        }, cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (path, blob) in _listing.ListAsync(prefix, after, cancellation))
        {
            var summary = blob.Metadata.TryGetValue(SummaryKey, out var encoded) ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) : null;
            yield return new DocumentEntry(path, TextOf(blob.Properties.ETag!.Value), summary);
        }
    }

    private static async Task<string?> PutAsync(BlockBlobClient blob, string path, DocumentWrite write, CancellationToken cancellation)
    {
        var id = IdOf(write);
        var options = new CommitBlockListOptions { Metadata = MetadataOf(path, write, id), Conditions = ConditionsOf(write.If) };
        using var doubt = Doubt.Begin();
        for (var round = 1; ; round++)
        {
            try
            {
                string[] blocks = write.Content.IsEmpty ? [] : [BlockIds.New()];
                foreach (var block in blocks) await blob.StageBlockAsync(block, ContentStream.Of(write.Content), cancellationToken: cancellation);
                BlobContentInfo written = await blob.CommitBlockListAsync(blocks, options, cancellation);
                return TextOf(written.ETag);
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlockList && round < MostRounds)
            {
                // Another write of this document came first, and the service drops all blocks that are not part of it.
                if (doubt.Is && await FindOwnAsync(blob, id, cancellation) is { } own) return own;
            }
            catch (RequestFailedException e) when (IsRefusal(e, write.If))
            {
                return doubt.Is || write.WriteId is not null ? await FindOwnAsync(blob, id, cancellation) : null;
            }
        }
    }

    /// <summary>The etag of a document that a certain write has written; null when that of another is there, or none.</summary>
    private static async Task<string?> FindOwnAsync(BlockBlobClient blob, string id, CancellationToken cancellation)
    {
        try
        {
            BlobProperties found = await blob.GetPropertiesAsync(cancellationToken: cancellation);
            return found.Metadata.TryGetValue(WriteKey, out var written) && written == id ? TextOf(found.ETag) : null;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    private BlockBlobClient BlobOf(string path) => names.Container.GetBlockBlobClient(names.Of(path));

    private static Dictionary<string, string> MetadataOf(string path, DocumentWrite write, string id)
    {
        var metadata = new Dictionary<string, string> { [WriteKey] = id, [HashKey] = HashOf(write.Content.Span) };
        if (write.Summary is { } summary) metadata[SummaryKey] = Convert.ToBase64String(Encoding.UTF8.GetBytes(summary));
        if (BlobNames.IsLong(path)) metadata[BlobNames.PathKey] = path;
        return metadata;
    }

    /// <summary>A write that its caller does not name is named all the same: the client repeats it too when an answer is lost.</summary>
    private static string IdOf(DocumentWrite write) => write.WriteId is { } given
        ? "of" + HashOf(Encoding.UTF8.GetBytes(given))
        : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16));

    private static BlobRequestConditions? ConditionsOf(WriteCondition condition) =>
        condition.Absent ? new BlobRequestConditions { IfNoneMatch = ETag.All }
        : condition.ETag is { } etag ? new BlobRequestConditions { IfMatch = new ETag(etag) }
        : null;

    private static bool IsRefusal(RequestFailedException e, WriteCondition condition) =>
        e.Status == 412 || (condition.Absent && e.ErrorCode == BlobErrorCode.BlobAlreadyExists) || (condition.ETag is not null && e.ErrorCode == BlobErrorCode.BlobNotFound);

    /// <summary>Listings and answers write it differently.</summary>
    private static string TextOf(ETag etag) => etag.ToString().Trim('"');

    /// <summary>Whether the service may have given it: others, as <c>*</c>, would mean something to it.</summary>
    private static bool IsETag(string text) => text.Length is > 0 and <= 64 && text.All(char.IsAsciiLetterOrDigit);
}
