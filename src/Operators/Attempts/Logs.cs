using Microsoft.Extensions.Logging;

namespace Updraft.Operators;

/// <summary>What operators tell the host: events 4000 to 4099.</summary>
internal static partial class Logs
{
    [LoggerMessage(4000, LogLevel.Warning, "Task log {Path} could not be written; it is tried again")]
    public static partial void LogNotWritten(ILogger logger, string path, Exception exception);

    [LoggerMessage(4001, LogLevel.Error, "The last {Bytes} bytes of task log {Path} are lost")]
    public static partial void LogLost(ILogger logger, string path, int bytes, Exception exception);

    [LoggerMessage(4002, LogLevel.Warning, "Scratch folder of attempt {Attempt} could not be deleted")]
    public static partial void ScratchNotDeleted(ILogger logger, string attempt, Exception exception);
}
