using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>That signing in was refused, on the request.</summary>
/// <param name="Code">Why.</param>
/// <param name="KeyId">The id of the key that was sent; null when it was none.</param>
internal sealed record RefusedSignIn(string Code, string? KeyId);

/// <summary>Notes refused sign-ins in the audit log: some a minute, so that strangers cannot fill the disk.</summary>
internal sealed class RefusedSignIns(AuditLog log, TimeProvider clock, ILogger<RefusedSignIns> logger)
{
    /// <summary>Most that are noted in a minute.</summary>
    public const int Most = 30;

    private readonly Lock _lock = new();
    private long _minute;
    private int _noted;

    /// <summary>Notes one.</summary>
    public async Task NoteAsync(HttpContext context, RefusedSignIn refused)
    {
        var now = clock.GetUtcNow();
        if (!Takes(now)) return;
        try
        {
            await log.BeginAsync(new AuditEntry
            {
                Id = Guid.CreateVersion7(now).ToString("N"),
                At = now,
                By = "nobody",
                KeyId = refused.KeyId,
                Remote = context.Connection.RemoteIpAddress?.ToString(),
                Action = "sign-in",
                Status = ProblemStatus.Of(refused.Code),
            }, CancellationToken.None);
        }
        catch (UpdraftException e)
        {
            // Whoever is refused stays refused, whether it can be noted or not.
            Logs.RefusalNotNoted(logger, refused.Code, e);
        }
    }

    private bool Takes(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (now.Ticks / TimeSpan.TicksPerMinute is var minute && minute != _minute) (_minute, _noted) = (minute, 0);
            return _noted++ < Most;
        }
    }
}
