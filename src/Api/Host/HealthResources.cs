using System.Collections.Immutable;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>How an installation stands.</summary>
public enum HealthStatus
{
    /// <summary>All is well.</summary>
    Healthy,

    /// <summary>It works, and somebody should look at it.</summary>
    Degraded,

    /// <summary>It does not work: nothing can be stored, nothing is driven, or no lane beats.</summary>
    Unhealthy,
}

/// <summary>What an installation says of itself to everybody.</summary>
/// <param name="Status">How it stands.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Serving">Whether a process drives all of it.</param>
/// <param name="Storage">A stable code of why nothing can be stored at the moment; null when all is well.</param>
/// <param name="Lanes">The lanes that it watches.</param>
public sealed record HealthSummary(HealthStatus Status, DateTimeOffset At, bool Serving, string? Storage, ImmutableArray<LaneBeat> Lanes);

/// <summary>The heartbeat of a lane.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="At">Its last beat; null before the first.</param>
/// <param name="Beats">Whether it beats: a minute apart, of which two may be missed.</param>
public sealed record LaneBeat(string Lane, DateTimeOffset? At, bool Beats);

/// <summary>How the machinery stands, for those who look after it.</summary>
/// <param name="Status">How the installation stands.</param>
/// <param name="Host">What is served, as a data folder.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Serving">Whether a process drives all of it.</param>
/// <param name="Watchdog">What the watchdog found last, with the beats of now; null when it never looked.</param>
/// <param name="Storage">Why nothing can be stored at the moment; null when all is well.</param>
public sealed record HealthDetails(HealthStatus Status, string Host, DateTimeOffset At, bool Serving, WatchdogReport? Watchdog, string? Storage);
