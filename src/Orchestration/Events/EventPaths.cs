using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Where events, the waits for them and the days of their removal lie.</summary>
internal static class EventPaths
{
    public const string AllEvents = "events/";

    public const string AllWaits = "waits/";

    /// <summary>Under it, entries by the day after which a document may go.</summary>
    public const string Expiries = "events-expire/";

    public static string Events(string key, string name) => AllEvents + DocumentPath.Of(key, name);

    public static string Event(string key, string name, string id) => Events(key, name) + DocumentPath.Of(HashOf(id));

    public static string Waits(string key, string name) => AllWaits + DocumentPath.Of(key, name);

    public static string Wait(string key, string name, string instance) => Waits(key, name) + DocumentPath.Of(instance);

    public static string Expiry(DateTimeOffset at, string path) => Expiries + DocumentPath.Of(Day(at), HashOf(path));

    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Names a task instance.</summary>
    public static string Instance(string runId, string taskId, IEnumerable<string> keys) => HashOf(JsonSerializer.Serialize(keys.Prepend(taskId).Prepend(runId)));

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
