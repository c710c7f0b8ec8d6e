using Microsoft.Extensions.Logging;

namespace Updraft.Api;

/// <summary>Events 7000 to 7099.</summary>
internal static partial class Logs
{
    [LoggerMessage(7000, LogLevel.Error, "A request failed")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(7070, LogLevel.Warning, "Figures for metrics could not be read")]
    public static partial void FiguresNotRead(ILogger logger, Exception exception);

    [LoggerMessage(7030, LogLevel.Warning, "That the key {KeyId} was used today could not be noted")]
    public static partial void UseNotNoted(ILogger logger, string keyId, Exception exception);

    [LoggerMessage(7031, LogLevel.Error, "The outcome {Status} of the request {RequestId} is missing in the audit log")]
    public static partial void OutcomeNotNoted(ILogger logger, string requestId, int status, Exception exception);

    [LoggerMessage(7032, LogLevel.Warning, "A refused sign-in ({Code}) could not be noted in the audit log")]
    public static partial void RefusalNotNoted(ILogger logger, string code, Exception exception);
}
