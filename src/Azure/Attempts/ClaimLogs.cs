using Microsoft.Extensions.Logging;

namespace Updraft.Azure;

/// <summary>What claims log: event ids 7100 to 7109.</summary>
internal static partial class ClaimLogs
{
    [LoggerMessage(7100, LogLevel.Warning, "The claim of '{attempt}' could not be read or renewed; its work is stopped at {deadline:O} unless that succeeds")]
    public static partial void NotRenewed(ILogger log, string attempt, DateTimeOffset deadline, Exception exception);

    [LoggerMessage(7101, LogLevel.Warning, "The claim of '{attempt}' was taken over by another worker; its work here is stopped")]
    public static partial void Lost(ILogger log, string attempt);

    [LoggerMessage(7102, LogLevel.Warning, "The claim of '{attempt}' could not be given back; it runs out by itself")]
    public static partial void NotGivenBack(ILogger log, string attempt, Exception exception);

    [LoggerMessage(7103, LogLevel.Warning, "The claim of '{attempt}' is taken over: its holder has not been heard of since {renewed:O}")]
    public static partial void TakenOver(ILogger log, string attempt, DateTimeOffset renewed);

    [LoggerMessage(7104, LogLevel.Warning, "The work of '{attempt}' is stopped: its claim was not renewed for too long")]
    public static partial void GaveUp(ILogger log, string attempt);
}
