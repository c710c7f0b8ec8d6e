using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

namespace Updraft.Operators;

/// <summary>
/// Shares, folders and files of Azure Files over its REST interface. A path is the share and what is below it, names as they are, with <c>/</c> in
/// between. Each call may be made again.
/// </summary>
internal sealed class AzureFiles(FileServiceClient client)
{
    /// <summary>Most bytes that are written or read at once: the service takes no more, nor checks more.</summary>
    public const int RangeSize = 4 << 20;

    private static readonly (string, string) KeepsDots = ("x-ms-allow-trailing-dot", "true");
    private static readonly string[] Missing = ["ResourceNotFound", "ParentNotFound", "ShareNotFound"];

    /// <summary>Makes a share.</summary>
    /// <returns>False when it was there.</returns>
    public async Task<bool> CreateShareAsync(string share, CancellationToken stop) =>
        await CodeAsync(new(HttpMethod.Put, share, "restype=share") { Expects = ["ShareAlreadyExists"] }, stop) is null;

    /// <summary>Deletes a share with all that is in it, where it is there.</summary>
    public Task DeleteShareAsync(string share, CancellationToken stop) =>
        CodeAsync(new(HttpMethod.Delete, share, "restype=share") { Headers = [("x-ms-delete-snapshots", "include")], Expects = ["ShareNotFound"] }, stop);

    /// <summary>Makes a folder, where it is not there; the folder that it is in must be.</summary>
    public Task CreateFolderAsync(string path, CancellationToken stop) =>
        CodeAsync(new(HttpMethod.Put, path, "restype=directory") { Headers = [KeepsDots], Expects = ["ResourceAlreadyExists"] }, stop);

    /// <summary>Deletes an empty folder, where it is there.</summary>
    public Task DeleteFolderAsync(string path, CancellationToken stop) =>
        CodeAsync(new(HttpMethod.Delete, path, "restype=directory") { Headers = [KeepsDots], Expects = Missing }, stop);

    /// <summary>Makes a file of a length, all zeros, in place of one that is there.</summary>
    public Task CreateFileAsync(string path, long bytes, CancellationToken stop) =>
        CodeAsync(new(HttpMethod.Put, path) { Headers = [KeepsDots, ("x-ms-type", "file"), ("x-ms-content-length", bytes.ToString(CultureInfo.InvariantCulture))] }, stop);

    /// <summary>Writes a part of a file that is there, up to <see cref="RangeSize"/>; the service checks what arrives.</summary>
    public Task WriteAsync(string path, long from, ReadOnlyMemory<byte> content, CancellationToken stop) =>
        CodeAsync(new(HttpMethod.Put, path, "comp=range") { Headers = [KeepsDots, ("x-ms-write", "update"), Range(from, content.Length)], Content = content }, stop);

    /// <summary>Deletes a file, where it is there.</summary>
    public async Task DeleteFileAsync(string path, CancellationToken stop)
    {
        var delete = new FileServiceRequest(HttpMethod.Delete, path) { Headers = [KeepsDots], Expects = [.. Missing, "ReadOnlyAttribute"] };
        if (await CodeAsync(delete, stop) is not "ReadOnlyAttribute") return;
        // A container has taken the right to write away.
        await CodeAsync(new(HttpMethod.Put, path, "comp=properties") { Headers = [KeepsDots, ("x-ms-file-attributes", "None")], Expects = Missing }, stop);
        await CodeAsync(delete with { Expects = Missing }, stop);
    }

    /// <summary>Length and version of a file; null when it is not there.</summary>
    public Task<FileFacts?> LookAsync(string path, CancellationToken stop) =>
        client.CallAsync(new(HttpMethod.Head, path) { Headers = [KeepsDots], Expects = Missing }, (response, missing, _) => Task.FromResult(missing is not null ? null : FactsOf(response, response.Content.Headers.ContentLength)), stop);

    /// <summary>Reads a part of a file, as long as <paramref name="into"/>, up to <see cref="RangeSize"/>.</summary>
    /// <exception cref="ServiceException">It came cut or damaged, or of another version than <paramref name="file"/>.</exception>
    public Task ReadAsync(string path, FileFacts file, long from, Memory<byte> into, CancellationToken stop) =>
        client.CallAsync(new(HttpMethod.Get, path) { Headers = [KeepsDots, Range(from, into.Length), ("x-ms-range-get-content-md5", "true")] }, async (response, _, cancellation) =>
        {
            var headers = response.Content.Headers;
            if (FactsOf(response, headers.ContentRange?.Length) != file) throw new ServiceException($"{path} was written to while it was read");
            if (response.StatusCode is not HttpStatusCode.PartialContent || headers.ContentRange!.From != from || headers.ContentLength != into.Length) throw new ServiceException($"another part of {path} came than was asked for");
            await using var content = await response.Content.ReadAsStreamAsync(cancellation);
            await content.ReadExactlyAsync(into, cancellation);
            if (headers.ContentMD5 is { } sum && !sum.AsSpan().SequenceEqual(RangeChecksum.Of(into.Span))) throw new ServiceException($"a part of {path} came damaged");
            return into.Length;
        }, stop);

    /// <summary>Pages of what is in a folder, or in a share; none when it is not there.</summary>
    public async IAsyncEnumerable<FilePage> ListAsync(string path, [EnumeratorCancellation] CancellationToken stop = default)
    {
        for (string? marker = null; ;)
        {
            var query = "restype=directory&comp=list" + (marker is null ? "" : "&marker=" + Uri.EscapeDataString(marker));
            var page = await client.CallAsync(new(HttpMethod.Get, path, query) { Headers = [KeepsDots], Expects = Missing }, async (response, missing, cancellation) =>
                missing is not null ? null : FilePage.Read(await ServiceClient.ReadAsync(response, cancellation)), stop);
            if (page is null) yield break;
            yield return page;
            if (page.Next is null) yield break;
            marker = page.Next;
        }
    }

    /// <summary>Asks for a name of the account's shares, to see whether it answers.</summary>
    public Task ListSharesAsync(CancellationToken stop) => CodeAsync(new(HttpMethod.Get, "", "comp=list&maxresults=1"), stop);

    /// <summary>The expected error code that came; null for success.</summary>
    private Task<string?> CodeAsync(FileServiceRequest asked, CancellationToken stop) => client.CallAsync(asked, (_, code, _) => Task.FromResult(code), stop);

    private static (string, string) Range(long from, int length) => ("x-ms-range", string.Create(CultureInfo.InvariantCulture, $"bytes={from}-{from + length - 1}"));

    private static FileFacts FactsOf(HttpResponseMessage response, long? bytes) =>
        new(bytes ?? throw new ServiceException("the file service does not say how long a file is"), response.Headers.ETag?.ToString());
}

/// <summary>What is known of a file before it is read.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Version">Another one each time it is written; null where the service does not say.</param>
internal sealed record FileFacts(long Bytes, string? Version);
