namespace Updraft.Orchestration;

/// <summary>Input of <see cref="ActivityNames.Heartbeat"/>.</summary>
/// <param name="Lane">The workers that it measures.</param>
/// <param name="DueAt">When the timer was to fire.</param>
/// <param name="CalledAt">When it did, and the activity was called.</param>
internal sealed record HeartbeatRequest(string Lane, DateTime DueAt, DateTime CalledAt);

/// <summary>The heartbeat document, one for each lane: that it grows old shows that the orchestrator does not work.</summary>
/// <param name="At">When the activity ran.</param>
/// <param name="TimerLag">How late the timer was.</param>
/// <param name="ActivityLag">How long the activity waited for a worker.</param>
public sealed record Heartbeat(DateTimeOffset At, TimeSpan TimerLag, TimeSpan ActivityLag)
{
    /// <summary>Where it lies.</summary>
    public static string PathOf(string lane) => "heartbeat/" + DocumentPath.Of(lane);

    internal static Heartbeat Of(HeartbeatRequest request, DateTimeOffset now) =>
        new(now, NotNegative(request.CalledAt - request.DueAt), NotNegative(now.UtcDateTime - request.CalledAt));

    // Clocks of two machines differ.
    private static TimeSpan NotNegative(TimeSpan lag) => lag < TimeSpan.Zero ? TimeSpan.Zero : lag;
}
