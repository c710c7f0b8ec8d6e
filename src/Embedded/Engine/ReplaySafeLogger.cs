using Microsoft.Extensions.Logging;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>Silent in a replay.</summary>
internal sealed class ReplaySafeLogger(ILogger log, IOrchestrationContext context) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => !context.IsReplaying && log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!context.IsReplaying) log.Log(logLevel, eventId, state, exception, formatter);
    }
}
