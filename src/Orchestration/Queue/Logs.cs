using Microsoft.Extensions.Logging;

namespace Updraft.Orchestration;

// What queues log: event ids 230 to 239.
internal static partial class Logs
{
    [LoggerMessage(230, LogLevel.Error, "The queue could not be read; it is tried again.")]
    public static partial void QueueNotRead(ILogger logger, Exception failure);

    [LoggerMessage(231, LogLevel.Error, "Message '{Message}' could not be handled at delivery {Delivery}; it comes again.")]
    public static partial void MessageNotHandled(ILogger logger, string message, int delivery, Exception failure);

    [LoggerMessage(232, LogLevel.Warning, "Message '{Message}' was put aside: {Reason}")]
    public static partial void DeadLettered(ILogger logger, string message, string reason);

    [LoggerMessage(233, LogLevel.Warning, "The lock of message '{Message}' was lost before it was settled; it may be handled twice.")]
    public static partial void LockLost(ILogger logger, string message);

    [LoggerMessage(234, LogLevel.Warning, "The lock of message '{Message}' could not be renewed.")]
    public static partial void NotRenewed(ILogger logger, string message, Exception failure);
}
