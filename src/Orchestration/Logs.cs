using Microsoft.Extensions.Logging;

namespace Updraft.Orchestration;

/// <summary>What actors and ledgers log: event ids 200 to 299.</summary>
internal static partial class Logs
{
    [LoggerMessage(200, LogLevel.Warning, "'{Activity}' of '{Actor}' failed at try {Try} and is repeated: {ErrorType}: {ErrorMessage}")]
    public static partial void ActivityRepeated(ILogger logger, string activity, string actor, int @try, string errorType, string errorMessage);
}
