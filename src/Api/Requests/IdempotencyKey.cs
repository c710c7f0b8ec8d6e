using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>The <c>Idempotency-Key</c> of a request, for handlers: the same key makes one thing, whatever crashes between.</summary>
internal sealed class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Longest key, in characters.</summary>
    public const int MaxLength = 200;

    public static readonly IdempotencyKey None = new(null);

    private readonly KeyedRequest? _request;

    public IdempotencyKey(KeyedRequest? request) => _request = request;

    /// <summary>Whether this request was done before: a handler whose work is not made one by an id leaves it.</summary>
    public bool IsDone => _request is { Done: true };

    /// <summary>The id of what is made; null where the request has no key.</summary>
    /// <param name="kind">What it begins with, as in <c>manual</c>.</param>
    public string? IdOf(string kind) => _request is null ? null : $"{kind}__{_request.Id}";

    public static ValueTask<IdempotencyKey?> BindAsync(HttpContext context) => ValueTask.FromResult<IdempotencyKey?>(context.Features.Get<IdempotencyKey>() ?? None);

    /// <summary>The key that a request names; null for none.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.KeyRefused"/>.</exception>
    public static string? Of(HttpRequest request) => request.Headers[Header] switch
    {
        [] => null,
        [{ Length: > 0 and <= MaxLength } key] when PlainText.IsLine(key) => key,
        _ => throw new UpdraftException(ApiErrors.KeyRefused, $"{Header} is not one of 1 to {MaxLength} printable characters"),
    };
}

/// <summary>A request as it is remembered by its key.</summary>
internal sealed record KeyedRequest
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>SHA-256 of what was asked, in lower-case hex.</summary>
    public required string Asked { get; init; }

    /// <summary>What the ids of what it makes end in.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it was done, and answered so.</summary>
    public bool Done { get; init; }
}

/// <summary>Marks a route that makes something, and takes a key.</summary>
internal sealed class TakesIdempotencyKey
{
    public static readonly TakesIdempotencyKey Marker = new();
}

/// <summary>How routes declare it.</summary>
internal static class IdempotentRoutes
{
    /// <summary>Makes something once for each <c>Idempotency-Key</c>.</summary>
    public static TBuilder Once<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(TakesIdempotencyKey.Marker);
}
