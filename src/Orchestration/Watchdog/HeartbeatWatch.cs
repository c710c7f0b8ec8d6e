using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Raises an alert when the heartbeat of a lane has stopped, and clears it when it beats again.</summary>
internal sealed class HeartbeatWatch(IStateStore store, AlertLog alerts, TimeProvider clock)
{
    /// <summary>Age of a heartbeat that counts as stopped.</summary>
    public static readonly TimeSpan Stopped = TimeSpan.FromMinutes(3);

    private readonly DateTimeOffset _since = clock.GetUtcNow();

    /// <summary>Looks at some lanes.</summary>
    /// <param name="lanes">Lanes whose heartbeat has been started.</param>
    /// <param name="before">How they were found by the last pass.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ImmutableArray<LaneHealth>> RunOnceAsync(IEnumerable<string> lanes, IReadOnlyList<LaneHealth> before, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<LaneHealth>();
        foreach (var lane in lanes.Order(StringComparer.Ordinal))
            found.Add(await LookAsync(lane, before.FirstOrDefault(health => health.Lane == lane)?.Alert, cancellation));
        return found.ToImmutable();
    }

    private async Task<LaneHealth> LookAsync(string lane, string? alert, CancellationToken cancellation)
    {
        var beat = (await store.GetAsync<Heartbeat>(Heartbeat.PathOf(lane), cancellation))?.Value;
        var now = clock.GetUtcNow();
        // It cannot have beaten while nobody watched, as on a host that was off.
        var last = beat?.At > _since ? beat.At : _since;
        if (now - last <= Stopped)
        {
            if (alert is not null) await alerts.ClearAsync(alert, now, cancellation);
            return new(lane, beat, Alert: null);
        }
        var raised = new Alert
        {
            Id = Alert.IdOf(AlertKinds.HeartbeatStopped, lane, last.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Kind = AlertKinds.HeartbeatStopped,
            Message = $"lane '{lane}' has shown no sign of life for {(now - last).TotalMinutes:0} minutes: its host may be stuck or overloaded, or its storage away",
            At = now,
        };
        await alerts.RaiseAsync(raised, cancellation);
        return new(lane, beat, raised.Id);
    }
}
