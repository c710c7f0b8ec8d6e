using Microsoft.Extensions.Logging;

namespace Updraft.Orchestration;

/// <summary>What actors, ledgers and queues log: event ids 200 to 299.</summary>
internal static partial class Logs
{
    [LoggerMessage(200, LogLevel.Warning, "'{Activity}' of '{Actor}' failed at try {Try} and is repeated: {ErrorType}: {ErrorMessage}")]
    public static partial void ActivityRepeated(ILogger logger, string activity, string actor, int @try, string errorType, string errorMessage);

    [LoggerMessage(210, LogLevel.Error, "The queue could not be read; it is tried again.")]
    public static partial void QueueNotRead(ILogger logger, Exception failure);

    [LoggerMessage(211, LogLevel.Error, "Message '{Message}' could not be handled at delivery {Delivery}; it comes again.")]
    public static partial void MessageNotHandled(ILogger logger, string message, int delivery, Exception failure);

    [LoggerMessage(212, LogLevel.Warning, "Message '{Message}' was put aside: {Reason}")]
    public static partial void DeadLettered(ILogger logger, string message, string reason);

    [LoggerMessage(213, LogLevel.Warning, "The lock of message '{Message}' was lost before it was settled; it may be handled twice.")]
    public static partial void LockLost(ILogger logger, string message);

    [LoggerMessage(214, LogLevel.Warning, "The lock of message '{Message}' could not be renewed.")]
    public static partial void NotRenewed(ILogger logger, string message, Exception failure);
}
