using Microsoft.Extensions.Logging;

namespace Updraft.Orchestration;

/// <summary>
/// What an orchestrator may do: the part of Durable Task's <c>TaskOrchestrationContext</c> that we need, by the same names. An orchestrator
/// runs many times over the same history, so it takes time, identity and randomness from here and nowhere else.
/// </summary>
/// <remarks>
/// The contract is the weaker of both engines. Activities run at least once. Events come at least once, in any order, and are lost when the
/// instance has not started or has ended. Time is constant within a turn. Continue-as-new drops awaited results and may lose events.
/// </remarks>
public interface IOrchestrationContext
{
    /// <summary>This instance's id.</summary>
    string InstanceId { get; }

    /// <summary>Version given when the instance was started; empty when none was.</summary>
    string Version { get; }

    /// <summary>The time of this turn.</summary>
    DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether this turn has been taken before.</summary>
    bool IsReplaying { get; }

    /// <summary>The input of this execution; default when there was none.</summary>
    T? GetInput<T>();

    /// <summary>Runs an activity, at least once.</summary>
    /// <exception cref="ActivityFailedException">The activity threw. Expected failures are returned values.</exception>
    Task<T> CallActivityAsync<T>(string name, object? input = null);

    /// <summary>Completes at <paramref name="fireAt"/>, or is cancelled. An instance has ended only when none of its timers is left.</summary>
    Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>Completes with the next event of that name. One wait per name, kept until it completes; names have no case.</summary>
    Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>Ends this execution and starts the instance afresh. What was awaited is dropped; events are kept where the engine can.</summary>
    void ContinueAsNew(object? newInput = null);

    /// <summary>Shows a small status with the instance; at most 16 KB of UTF-16.</summary>
    void SetCustomStatus(object? customStatus);

    /// <summary>The same identifier in every replay.</summary>
    Guid NewGuid();

    /// <summary>A logger that is silent in a replay.</summary>
    ILogger CreateReplaySafeLogger(string categoryName);
}

/// <summary>An activity threw; only the type's name and the text cross the engine.</summary>
public sealed class ActivityFailedException(string activityName, string errorType, string errorMessage)
    : Exception($"Activity '{activityName}' failed: {errorType}: {errorMessage}")
{
    /// <summary>The activity.</summary>
    public string ActivityName { get; } = activityName;

    /// <summary>Full name of the exception's type.</summary>
    public string ErrorType { get; } = errorType;

    /// <summary>The exception's message.</summary>
    public string ErrorMessage { get; } = errorMessage;
}

/// <summary>The code of an orchestration, by the name under which it is started.</summary>
public delegate Task<object?> Orchestrator(IOrchestrationContext context);
