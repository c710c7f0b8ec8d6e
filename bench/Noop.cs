using System.ComponentModel;
using Updraft.Operators;

namespace Updraft.Bench;

/// <summary>The fields of a task that does nothing.</summary>
public sealed record NoopFields
{
    /// <summary>What it hands over; null for nothing.</summary>
    [Description("What it hands over; nothing by default.")]
    public int? Value { get; init; }
}

/// <summary>A task that does nothing, so that what is measured is what Updraft adds.</summary>
[Operator("noop")]
[Description("Does nothing.")]
public sealed class Noop : RunOperator<NoopFields>
{
    /// <inheritdoc/>
    public override Task<TaskOutcome> RunAsync(TaskContext context, NoopFields fields, CancellationToken stop) =>
        Task.FromResult(fields.Value is { } value ? TaskOutcome.Success(value) : TaskOutcome.Success());
}
