using Microsoft.Extensions.Logging;

namespace Updraft.Orchestration;

/// <summary>What actors, ledgers log: event ids 200 to 299.</summary>
internal static partial class Logs
{
    [LoggerMessage(200, LogLevel.Warning, "'{Activity}' of '{Actor}' failed at try {Try} and is repeated: {ErrorType}: {ErrorMessage}")]
    public static partial void ActivityRepeated(ILogger logger, string activity, string actor, int @try, string errorType, string errorMessage);

    [LoggerMessage(210, LogLevel.Warning, "'{actor}' failed and is started again, for the {count}. time: {failure}")]
    public static partial void StartedAgain(ILogger log, string actor, int count, string failure);

    [LoggerMessage(211, LogLevel.Error, "'{actor}' is set aside, as it fails again and again: {failure}")]
    public static partial void SetAside(ILogger log, string actor, string failure);

    [LoggerMessage(212, LogLevel.Error, "The failed orchestration {instance} could not be dealt with")]
    public static partial void RedriveFailed(ILogger log, string instance, Exception exception);

    [LoggerMessage(214, LogLevel.Error, "Retention could not look after {what}")]
    public static partial void RetentionFailed(ILogger log, string what, Exception exception);

    [LoggerMessage(213, LogLevel.Error, "The watchdog could not look after {what}")]
    public static partial void WatchdogFailed(ILogger log, string what, Exception exception);
}
