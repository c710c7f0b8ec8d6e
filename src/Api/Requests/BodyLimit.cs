using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>The body that a route takes, where it is another than that of the rest.</summary>
/// <param name="Bytes">How large it is at most.</param>
/// <param name="MediaType">Its media type.</param>
internal sealed record LargestBody(long Bytes, string MediaType);

/// <summary>Refuses bodies that are larger than their route takes, whatever server reads them.</summary>
internal sealed class BodyLimit(RequestDelegate next, ApiOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var most = context.GetEndpoint()?.Metadata.GetMetadata<LargestBody>()?.Bytes ?? options.LargestBody;
        if (context.Request.ContentLength > most) throw TooLarge(most);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = most;
        // One that does not say its size is counted as it is read.
        else if (context.Request.ContentLength is null) context.Request.Body = new CountedBody(context.Request.Body, most);
        return next(context);
    }

    private static UpdraftException TooLarge(long most) => new(ApiErrors.TooLarge, $"the request has more than {most} bytes, which is the most here: keep what is large elsewhere, and send where");

    private sealed class CountedBody(Stream body, long most) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            return (_read += read) > most ? throw TooLarge(most) : read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>How routes declare their limit.</summary>
internal static class LimitedRoutes
{
    /// <summary>Takes bodies of another size and kind than the rest.</summary>
    public static TBuilder Takes<TBuilder>(this TBuilder route, long bytes, string mediaType) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new LargestBody(bytes, mediaType));
}
