using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Updraft.Operators;

/// <summary>Writes structured messages to the live log of an attempt, a line each.</summary>
internal sealed class TaskLogger(ITaskLog log, TimeProvider time) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():HH:mm:ss.fff} {Name(logLevel)} {formatter(state, exception)}");
        log.WriteLine(exception is null ? line : $"{line}\n{exception}");
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
