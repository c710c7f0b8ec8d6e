using Microsoft.Extensions.Logging;

namespace Updraft.Embedded;

/// <summary>What the embedded engine logs: events 3000 to 3099.</summary>
internal static partial class Logs
{
    [LoggerMessage(3000, LogLevel.Information, "Opened '{folder}' with SQLite {version}")]
    public static partial void Opened(ILogger log, string folder, string version);

    [LoggerMessage(3001, LogLevel.Error, "Storage failed, nothing is acknowledged until it is back: {code} {message}")]
    public static partial void StorageFailed(ILogger log, string code, string message, Exception exception);

    [LoggerMessage(3002, LogLevel.Information, "Storage of '{folder}' is back")]
    public static partial void StorageIsBack(ILogger log, string folder);

    [LoggerMessage(3010, LogLevel.Error, "Instance {instance} has failed: {reason}")]
    public static partial void InstanceFailed(ILogger log, string instance, string reason);

    [LoggerMessage(3011, LogLevel.Error, "Instance {instance} could not be worked on, and is tried again")]
    public static partial void InstanceHeld(ILogger log, string instance, Exception exception);

    [LoggerMessage(3012, LogLevel.Warning, "Activities were still at work {seconds} s after they were told to stop; they run again with the next start")]
    public static partial void ActivitiesGoOn(ILogger log, double seconds);
}
