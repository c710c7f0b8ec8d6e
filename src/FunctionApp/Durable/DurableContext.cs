using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>What an orchestrator may do, by Durable Task.</summary>
internal sealed class DurableContext(TaskOrchestrationContext context) : IOrchestrationContext
{
    /// <inheritdoc/>
    public string InstanceId => context.InstanceId;

    /// <inheritdoc/>
    public string Version => context.Version;

    /// <inheritdoc/>
    public DateTime CurrentUtcDateTime => context.CurrentUtcDateTime;

    /// <inheritdoc/>
    public bool IsReplaying => context.IsReplaying;

    /// <inheritdoc/>
    public T? GetInput<T>() => DurableJson.Read<T>(context.GetInput<JsonElement?>());

    /// <inheritdoc/>
    public async Task<T> CallActivityAsync<T>(string name, object? input = null)
    {
        try
        {
            return DurableJson.Read<T>(await context.CallActivityAsync<JsonElement>(name, DurableJson.Write(input, $"the input of activity '{name}'")))!;
        }
        catch (TaskFailedException failure)
        {
            throw new ActivityFailedException(name, failure.FailureDetails.ErrorType, failure.FailureDetails.ErrorMessage);
        }
    }

    /// <inheritdoc/>
    public Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken) => context.CreateTimer(DateTime.SpecifyKind(fireAt, DateTimeKind.Utc), cancellationToken);

    /// <inheritdoc/>
    public async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
        DurableJson.Read<T>(await context.WaitForExternalEvent<JsonElement>(eventName, cancellationToken))!;

    /// <inheritdoc/>
    public void ContinueAsNew(object? newInput = null) => context.ContinueAsNew(DurableJson.Write(newInput, $"the input of '{InstanceId}'"), preserveUnprocessedEvents: true);

    /// <inheritdoc/>
    public void SetCustomStatus(object? customStatus) => context.SetCustomStatus(DurableJson.WriteStatus(customStatus));

    /// <inheritdoc/>
    public Guid NewGuid() => context.NewGuid();

    /// <inheritdoc/>
    public ILogger CreateReplaySafeLogger(string categoryName) => context.CreateReplaySafeLogger(categoryName);
}
