using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>
/// Answers with bytes of a blob, passed on as they are read: those that a <c>Range</c> header asks for, or from an offset on, and never more than a limit at once.
/// What tasks write is never taken for a page or a script.
/// </summary>
/// <param name="blobs">Where it is.</param>
/// <param name="path">Its path.</param>
/// <param name="length">Its length.</param>
/// <param name="contentType">Its media type.</param>
internal sealed class BlobAnswer(IBlobStore blobs, string path, long length, string contentType) : IResult
{
    /// <summary>How long the whole is: of what still grows, how long it was.</summary>
    public const string LengthHeader = "X-Updraft-Length";

    /// <summary>The offset of what follows; absent at the end.</summary>
    public const string NextHeader = "X-Updraft-Next";

    private const int ChunkBytes = 64 * 1024;

    /// <summary>Most bytes of one answer; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>Where to begin; negative from the end.</summary>
    public long Offset { get; init; }

    /// <summary>Bytes wanted; null for all that follow.</summary>
    public long? Count { get; init; }

    /// <summary>The name under which browsers keep it; null for one to be shown.</summary>
    public string? FileName { get; init; }

    public async Task ExecuteAsync(HttpContext context)
    {
        var (from, to, isRange) = Wanted(context.Request.GetTypedHeaders().Range);
        var answer = context.Response;
        var headers = answer.GetTypedHeaders();
        answer.Headers.AcceptRanges = "bytes";
        answer.Headers.XContentTypeOptions = "nosniff";
        answer.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        answer.Headers.CacheControl = "private, no-cache";
        answer.Headers[LengthHeader] = length.ToString(CultureInfo.InvariantCulture);
        if (isRange && from >= length)
        {
            headers.ContentRange = new ContentRangeHeaderValue(length);
            answer.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            return;
        }
        if (FileName is { } name)
        {
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(name);
            headers.ContentDisposition = disposition;
        }
        if (isRange)
        {
            headers.ContentRange = new ContentRangeHeaderValue(from, to - 1, length);
            answer.StatusCode = StatusCodes.Status206PartialContent;
        }
        if (to < length) answer.Headers[NextHeader] = to.ToString(CultureInfo.InvariantCulture);
        answer.ContentType = contentType;
        answer.ContentLength = to - from;
        if (to > from && !HttpMethods.IsHead(context.Request.Method)) await CopyAsync(from, to, answer.Body, context.RequestAborted);
    }

    private (long From, long To, bool IsRange) Wanted(RangeHeaderValue? range)
    {
        long from, to;
        var isRange = range is { Unit.Value: "bytes", Ranges.Count: 1 };
        if (isRange)
        {
            var asked = range!.Ranges.First();
            from = asked.From ?? Math.Max(0, length - asked.To!.Value);
            to = asked.From is null || asked.To is null ? length : Math.Min(length, asked.To.Value < long.MaxValue ? asked.To.Value + 1 : long.MaxValue);
        }
        else
        {
            from = Offset < 0 ? Math.Max(0, length + Offset) : Math.Min(Offset, length);
            to = Count is { } count ? Math.Min(length, count < length - from ? from + count : length) : length;
        }
        return (from, Math.Max(from, Limit is { } limit ? Math.Min(to, from + limit) : to), isRange);
    }

    private async Task CopyAsync(long from, long to, Stream answer, CancellationToken cancellation)
    {
        await using var content = await blobs.OpenReadAsync(path, from, cancellation) ?? throw new UpdraftException(ApiErrors.Gone, "what was asked for has just been removed");
        var chunk = new byte[Math.Min(ChunkBytes, to - from)];
        for (var left = to - from; left > 0;)
        {
            var read = await content.ReadAsync(chunk.AsMemory(0, (int)Math.Min(chunk.Length, left)), cancellation);
            if (read == 0) throw new UpdraftException(ApiErrors.Gone, "what was asked for has just been removed");
            await answer.WriteAsync(chunk.AsMemory(0, read), cancellation);
            left -= read;
        }
    }
}
