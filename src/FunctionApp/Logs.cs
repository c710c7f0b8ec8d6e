using Microsoft.Extensions.Logging;

namespace Updraft.FunctionApp;

/// <summary>Events 7100 to 7199.</summary>
internal static partial class Logs
{
    [LoggerMessage(7100, LogLevel.Warning, "Message '{Message}' was put aside: {Reason}")]
    public static partial void DeadLettered(ILogger logger, string message, string reason);

    [LoggerMessage(7101, LogLevel.Warning, "Message '{Message}' could not be settled, as when its lock was lost; it comes again")]
    public static partial void NotSettled(ILogger logger, string message, Exception failure);

    [LoggerMessage(7102, LogLevel.Information, "Message '{Message}' cannot be done now: {Reason}")]
    public static partial void Postponed(ILogger logger, string message, string reason);

    [LoggerMessage(7110, LogLevel.Information, "The watchdog found {Problems} problems in {Took}")]
    public static partial void Watched(ILogger logger, int problems, TimeSpan took);

    [LoggerMessage(7111, LogLevel.Warning, "Retention did not come to its end within {Budget}; it goes on at its next time")]
    public static partial void RetentionCut(ILogger logger, TimeSpan budget);

    [LoggerMessage(7112, LogLevel.Warning, "A pass of the {What} is still under way; this one is left out")]
    public static partial void StillUnderWay(ILogger logger, string what);

    [LoggerMessage(7120, LogLevel.Information, "The key {Key} of the setting {Setting} is an admin's now")]
    public static partial void AdminKeyAdded(ILogger logger, string key, string setting);

    [LoggerMessage(7121, LogLevel.Error, "The first admin's key {Key} could not be stored; it is tried again")]
    public static partial void AdminKeyNotAdded(ILogger logger, string key, Exception failure);

    [LoggerMessage(7122, LogLevel.Error, "The storage account does not work; whatever needs it fails until it does")]
    public static partial void StorageNotReady(ILogger logger, Exception failure);
}
