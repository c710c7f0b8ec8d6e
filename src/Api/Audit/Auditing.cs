using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Sees to it that nothing is changed without an entry in the audit log: one is written before the work, its outcome with the answer.</summary>
internal sealed class Auditing(RequestDelegate next, AuditLog log, RefusedSignIns refusals, TimeProvider clock, ILogger<Auditing> logger)
{
    /// <summary>Carries the id of the entry.</summary>
    public const string RequestId = "X-Request-Id";

    private const int LongestValue = 200;

    // Not an answer's: nobody was there to read it.
    private const int CallerGone = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<RefusedSignIn>() is { } refused) await refusals.NoteAsync(context, refused);
        if (!IsAudited(context))
        {
            await next(context);
            return;
        }
        var (entry, request) = (EntryOf(context), new AuditedRequest());
        await log.BeginAsync(entry, context.RequestAborted);
        context.Features.Set(request);
        context.Response.Headers[RequestId] = entry.Id;
        context.Response.OnStarting(() => EndAsync(entry, request, context.Response.StatusCode));
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            await EndAsync(entry, request, CallerGone);
            throw;
        }
    }

    private async Task EndAsync(AuditEntry entry, AuditedRequest request, int status)
    {
        try
        {
            await log.EndAsync(entry with { Status = status, Teams = [.. request.Teams], Object = entry.Object.SetItems(request.Named.Select(named => new KeyValuePair<string, string>(named.Key, Cut(named.Value)))) }, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What was done is done, and its entry is there: an answer that says otherwise would be wrong.
            Logs.OutcomeNotNoted(logger, entry.Id, status, e);
        }
    }

    private AuditEntry EntryOf(HttpContext context)
    {
        var (access, now) = (Access.Of(context.User), clock.GetUtcNow());
        return new AuditEntry
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            At = now,
            By = access.Name,
            Method = access.Method.ToString().ToLowerInvariant(),
            KeyId = access.KeyId,
            Remote = context.Connection.RemoteIpAddress?.ToString(),
            Action = $"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}",
            Object = context.Request.RouteValues.Where(value => value.Value is not null).ToImmutableSortedDictionary(value => value.Key, value => Cut(value.Value!.ToString()!), StringComparer.Ordinal),
        };
    }

    private static bool IsAudited(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
        && context.User.Identity is { IsAuthenticated: true }
        && context.GetEndpoint()?.Metadata.GetMetadata<RoleNeeded>() is not null;

    private static string Cut(string value) => value.Length <= LongestValue ? value : value[..(char.IsHighSurrogate(value[LongestValue - 1]) ? LongestValue - 1 : LongestValue)] + "…";
}
