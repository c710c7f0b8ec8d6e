using System.Collections.Concurrent;
using System.Net;

namespace Updraft.Api;

/// <summary>Counts failed sign-ins by where they come from, a minute at a time, so that nobody tries for long.</summary>
internal sealed class SignInLimit(TimeProvider clock)
{
    /// <summary>Failures of one remote in a minute, from which on it is not listened to for the rest of it.</summary>
    public const int Most = 20;

    // Beyond, all that are new count as one.
    private const int MostRemotes = 10_000;
    private const string Others = "others";

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private long _minute;

    /// <summary>Where a request comes from: an address, or of IPv6 the network that one subscriber has.</summary>
    public static string RemoteOf(IPAddress? address)
    {
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.GetAddressBytes() is { Length: 16 } bytes ? Convert.ToHexStringLower(bytes.AsSpan(0, 8)) : address.ToString();
    }

    /// <summary>How long a remote is not listened to; null when it is.</summary>
    public TimeSpan? Wait(string remote)
    {
        var now = Turn();
        return _failures.GetValueOrDefault(Counted(remote)) < Most ? null : TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(now.Ticks % TimeSpan.TicksPerMinute);
    }

    /// <summary>Counts a failure.</summary>
    public void Failed(string remote)
    {
        Turn();
        _failures.AddOrUpdate(Counted(remote), 1, (_, count) => Math.Min(count + 1, Most));
    }

    private string Counted(string remote) => _failures.Count < MostRemotes || _failures.ContainsKey(remote) ? remote : Others;

    private DateTimeOffset Turn()
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (now.Ticks / TimeSpan.TicksPerMinute is var minute && minute != _minute)
            {
                _minute = minute;
                _failures.Clear();
            }
        }
        return now;
    }
}
