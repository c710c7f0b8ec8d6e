using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>
/// Remembers by their keys the requests that make something. The first one with a key decides, by put-if-absent, what was asked and the id of
/// what it makes; so one that comes again makes the same, however far the first one came. Retention forgets them.
/// </summary>
internal sealed class IdempotentRequests(RequestDelegate next, RunServices services, TimeProvider clock)
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    private readonly IStateStore _store = services.Ports.State;
    private readonly Expiries _expiries = new(services.Ports.State, services.Ports.Blobs, clock);

    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<TakesIdempotencyKey>() is not null && IdempotencyKey.Of(context.Request) is { } key ? OnceAsync(context, key) : next(context);

    private async Task OnceAsync(HttpContext context, string key)
    {
        var path = PathOf(Access.Of(context.User), key);
        var asked = await HashAsync(context.Request, context.RequestAborted);
        var stored = await RememberAsync(path, asked, context.RequestAborted);
        if (stored.Value.Asked != asked) throw new UpdraftException(ApiErrors.KeyReused, $"the {IdempotencyKey.Header} was sent before with another request: take a new one for what is new");
        context.Features.Set(new IdempotencyKey(stored.Value));
        if (stored.Value.Done) context.Response.Headers["Idempotency-Replayed"] = "true";
        try
        {
            await next(context);
        }
        catch (UpdraftException refused) when (!stored.Value.Done && ProblemStatus.Of(refused.Code) is >= 400 and < 500)
        {
            // Nothing was made, so the key is free for the request that is mended.
            await _store.DeleteAsync(path, stored.ETag, CancellationToken.None);
            throw;
        }
        if (!stored.Value.Done) await _store.PutAsync(path, stored.Value with { Done = true }, WriteCondition.IfMatch(stored.ETag), cancellation: context.RequestAborted);
    }

    private async Task<Stored<KeyedRequest>> RememberAsync(string path, string asked, CancellationToken cancellation)
    {
        while (true)
        {
            if (await _store.GetAsync<KeyedRequest>(path, cancellation) is { } known) return known;
            var now = clock.GetUtcNow();
            var request = new KeyedRequest { Asked = asked, Id = $"{now.UtcDateTime.ToString("yyyy-MM-ddTHH-mm-ss-fff", CultureInfo.InvariantCulture)}-{Guid.NewGuid().ToString("N")[..12]}" };
            // Noted first, so that none is remembered for ever.
            await _expiries.AddAsync(now + Remembered, new Expiry(path), cancellation);
            if (await _store.PutAsync(path, request, WriteCondition.IfAbsent, cancellation: cancellation) is { } etag) return new Stored<KeyedRequest>(request, etag);
        }
    }

    private static async Task<string> HashAsync(HttpRequest request, CancellationToken cancellation)
    {
        request.EnableBuffering();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        var buffer = new byte[16 * 1024];
        while (await request.Body.ReadAsync(buffer, cancellation) is > 0 and var read) hash.AppendData(buffer.AsSpan(0, read));
        request.Body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Keys of one do not meet those of another.
    private static string PathOf(Access access, string key) =>
        "api/idempotency/" + DocumentPath.Of(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{access.Method} {access.KeyId ?? access.Name}\n{key}"))));
}
