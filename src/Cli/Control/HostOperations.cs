using System.Collections.Immutable;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What can be asked about the machinery itself.</summary>
internal static class HostOperations
{
    private const int MostConditions = 1_000;

    public static readonly Operation<AlertsRequest, AlertListing> Alerts = new("alerts/list", (host, request, cancellation) =>
        host.Services.Alerts.ListAsync(request.Dag, request.After, request.Count, cancellation));

    public static readonly Operation<Nothing, HealthAnswer> Health = new("host/health", async (host, _, cancellation) =>
    {
        var report = (await host.Data.State.GetAsync<WatchdogReport>(WatchdogReport.Path, cancellation))?.Value;
        // The watchdog looked up to a minute ago; there may be a later beat.
        if (report is not null) report = report with { Lanes = [.. await Task.WhenAll(report.Lanes.Select(async lane => lane with { Beat = (await host.Data.State.GetAsync<Heartbeat>(Heartbeat.PathOf(lane.Lane), cancellation))?.Value }))] };
        return new HealthAnswer(host.Clock.GetUtcNow(), host.Drives(null), report, host.Failure?.Message);
    });

    public static readonly Operation<Nothing, ImmutableArray<OpenCondition>> Waits = new("waits/list", async (host, _, cancellation) =>
        [.. await host.Services.OpenConditions.ListAsync(cancellation).Take(MostConditions).ToListAsync(cancellation)]);

    public static readonly Operation<RetentionPolicy, RetentionReport> Retain = new("retention/run", (host, request, cancellation) => host.RetainAsync(request, cancellation));

    public static readonly Operation<BackupRequest, BackupMade> Backup = new("host/backup", async (host, request, cancellation) => await host.BackupAsync(request.Folder, cancellation));

    public static readonly ImmutableArray<Operation> All = [Alerts, Health, Waits, Retain, Backup];
}

/// <summary>Which alerts are wanted.</summary>
internal sealed record AlertsRequest(string? Dag, string? After, int Count);

/// <summary>How the machinery stands.</summary>
/// <param name="At">When it was asked.</param>
/// <param name="Serving">Whether a process drives all of the folder.</param>
/// <param name="Watchdog">What the watchdog found last; null when it never looked.</param>
/// <param name="Storage">Why nothing can be stored at the moment; null when all is well.</param>
internal sealed record HealthAnswer(DateTimeOffset At, bool Serving, WatchdogReport? Watchdog, string? Storage);

/// <summary>Where a backup is wanted.</summary>
/// <param name="Folder">Full path of a folder that is empty or not there.</param>
internal sealed record BackupRequest(string Folder);
