using System.Collections.Immutable;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What can be asked about the machinery itself.</summary>
internal static class HostOperations
{
    public static readonly Operation<AlertsRequest, AlertListing> Alerts = new("alerts/list", (host, request, cancellation) =>
        host.Services.Alerts.ListAsync(request.Dag, request.After, request.Count, cancellation));

    public static readonly Operation<Nothing, HealthAnswer> Health = new("host/health", async (host, _, cancellation) =>
    {
        var report = (await host.Data.State.GetAsync<WatchdogReport>(WatchdogReport.Path, cancellation))?.Value;
        return new HealthAnswer(host.Clock.GetUtcNow(), host.Drives(null), report, host.Failure?.Message);
    });

    public static readonly Operation<RetentionPolicy, RetentionReport> Retain = new("retention/run", (host, request, cancellation) => host.RetainAsync(request, cancellation));

    public static readonly ImmutableArray<Operation> All = [Alerts, Health, Retain];
}

/// <summary>Which alerts are wanted.</summary>
internal sealed record AlertsRequest(string? Dag, string? After, int Count);

/// <summary>How the machinery stands.</summary>
/// <param name="At">When it was asked.</param>
/// <param name="Serving">Whether a process drives all of the folder.</param>
/// <param name="Watchdog">What the watchdog found last; null when it never looked.</param>
/// <param name="Storage">Why nothing can be stored at the moment; null when all is well.</param>
internal sealed record HealthAnswer(DateTimeOffset At, bool Serving, WatchdogReport? Watchdog, string? Storage);
