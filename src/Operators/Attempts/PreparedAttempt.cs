using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>An attempt with all that its operator needs; disposing it writes the rest of its log and deletes its scratch folder.</summary>
internal sealed class PreparedAttempt<TOperator>(TaskSpec task, TOperator operatorFound, JsonElement fields, TaskContext context, TaskLog log, AttemptSecrets secrets, ILogger hostLogger)
    : IAsyncDisposable
    where TOperator : IOperator
{
    public TaskSpec Task => task;

    public TOperator Operator => operatorFound;

    public JsonElement Fields => fields;

    public TaskContext Context => context;

    public Redactor Redactor => secrets.Redactor;

    /// <summary>Datasets that a success makes; null for none.</summary>
    public ImmutableArray<DatasetOutput>? Produced { get; init; }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        try
        {
            context.Scratch.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Logs.ScratchNotDeleted(hostLogger, context.AttemptId, e);
        }
    }
}
