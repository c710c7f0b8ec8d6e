using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Updraft.Orchestration;

/// <summary>Ids of runs that are made from their cause, so that the same cause makes one run.</summary>
public static class RunIds
{
    /// <summary>The run of a DAG's tick.</summary>
    public static string OfTick(string dag, DateTimeOffset tick) => Bounded($"{dag}__scheduled__{Instant(tick)}");

    /// <summary>A run whose cause is named by a text of any length, as a message id.</summary>
    public static string OfCause(string dag, string trigger, string cause) =>
        Bounded($"{dag}__{trigger}__{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cause)).AsSpan(0, 12))}");

    /// <summary>An instant to the second, or finer where it is finer.</summary>
    private static string Instant(DateTimeOffset tick) =>
        tick.UtcDateTime.ToString(tick.UtcTicks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH-mm-ssZ" : "yyyy-MM-ddTHH-mm-ss-fffffffZ", CultureInfo.InvariantCulture);

    private static string Bounded(string id) => id.Length <= RunClient.MaxRunId ? id : throw new ArgumentException($"'{id}' is too long", nameof(id));
}
