using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Updraft.Api;

/// <summary>Names what is answered: strong, made of the very bytes, so that who has them need not be sent them again.</summary>
internal static class ETags
{
    private const int Length = 16;

    /// <summary>Answers with an ETag, and with 304 to who has it.</summary>
    /// <param name="route">The route.</param>
    /// <param name="version">Of an answer of which only a part is changed by who asks, the tag of that part, which then stands first; null for none.</param>
    public static RouteHandlerBuilder Tagged(this RouteHandlerBuilder route, Func<object, string>? version = null) => route.AddEndpointFilter(async (invocation, next) => await next(invocation) switch
    {
        ContentHttpResult content => new Answer(Encoding.UTF8.GetBytes(content.ResponseContent!), null),
        IResult result => result,
        { } value => new Answer(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ApiJson.Options), version?.Invoke(value)),
        null => null,
    }).WithMetadata(HasETag.Marker);

    /// <summary>The tag of a value by itself.</summary>
    public static string Of(object? value) => Of(JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.Options));

    private static string Of(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, Length / 2));

    private sealed class Answer(byte[] content, string? version) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            var tag = new EntityTagHeaderValue($"\"{(version is null ? "" : version + "-")}{Of(content)}\"");
            var headers = context.Response.GetTypedHeaders();
            headers.ETag = tag;
            headers.CacheControl = new CacheControlHeaderValue { NoCache = true, Private = true };
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = content.Length;
            return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
        }
    }
}

/// <summary>Marks a route whose answers have an ETag.</summary>
internal sealed class HasETag
{
    public static readonly HasETag Marker = new();
}
