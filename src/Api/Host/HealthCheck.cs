using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Finds out how the installation stands, from what its watchdog and its heartbeats have written.</summary>
public sealed class HealthCheck(RunServices services, IApiHost host, TimeProvider clock)
{
    // Two beats may be missed before it is said that there is none.
    private static readonly TimeSpan OldBeat = TimeSpan.FromMinutes(3);

    /// <summary>All that is known.</summary>
    public async Task<HealthDetails> LookAsync(CancellationToken cancellation)
    {
        var (now, failure) = (clock.GetUtcNow(), host.Failure);
        WatchdogReport? report = null;
        try
        {
            report = await ReadAsync(cancellation);
        }
        catch (UpdraftException unreadable)
        {
            failure ??= unreadable;
        }
        return new HealthDetails(StatusOf(host.Drives(null), failure is not null, report, now), host.Name, now, host.Drives(null), report, failure?.Message);
    }

    /// <summary>What everybody may know: codes and times, and no text of the installation.</summary>
    public async Task<HealthSummary> SummariseAsync(CancellationToken cancellation)
    {
        var details = await LookAsync(cancellation);
        return new HealthSummary(details.Status, details.At, details.Serving, details.Storage is null ? null : host.Failure?.Code ?? "unreadable",
            [.. (details.Watchdog?.Lanes ?? []).Select(lane => new LaneBeat(lane.Lane, lane.Beat?.At, Beats(lane, details.At)))]);
    }

    /// <summary>How it stands, by what is known.</summary>
    internal static HealthStatus StatusOf(bool serving, bool failing, WatchdogReport? report, DateTimeOffset now)
    {
        var lanes = report?.Lanes ?? [];
        if (failing || !serving || (lanes.Length > 0 && !lanes.Any(lane => Beats(lane, now)))) return HealthStatus.Unhealthy;
        return report is { Problems.IsEmpty: false } or { SetAside: > 0 } || !lanes.All(lane => Beats(lane, now)) ? HealthStatus.Degraded : HealthStatus.Healthy;
    }

    // One that has not begun is not one that has stopped: of that, the watchdog raises an alert.
    private static bool Beats(LaneHealth lane, DateTimeOffset now) => lane.Alert is null && (lane.Beat is not { } beat || now - beat.At < OldBeat);

    private async Task<WatchdogReport?> ReadAsync(CancellationToken cancellation)
    {
        var store = services.Ports.State;
        if ((await store.GetAsync<WatchdogReport>(WatchdogReport.Path, cancellation))?.Value is not { } report) return null;
        // The watchdog looked up to a minute ago; there may be a later beat.
        return report with { Lanes = [.. await Task.WhenAll(report.Lanes.Select(async lane => lane with { Beat = (await store.GetAsync<Heartbeat>(Heartbeat.PathOf(lane.Lane), cancellation))?.Value }))] };
    }
}
