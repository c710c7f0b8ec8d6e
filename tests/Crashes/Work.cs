using System.Collections.Concurrent;
using System.ComponentModel;
using System.Text.Json;
using Updraft.Operators;

namespace Updraft.Crashes;

/// <summary>What a test's task does.</summary>
public sealed record WorkFields
{
    /// <summary>What it hands over; nothing by default.</summary>
    [Description("What it hands over.")]
    public JsonElement? Value { get; init; }

    /// <summary>Tries that fail before one succeeds.</summary>
    [Description("Tries that fail before one succeeds.")]
    public int FailTimes { get; init; }

    /// <summary>Whether it skips itself, or fails for good.</summary>
    [Description("skip, or fail.")]
    public string? End { get; init; }

    /// <summary>Whether it works until it is stopped.</summary>
    [Description("Works until it is stopped.")]
    public bool Hang { get; init; }
}

/// <summary>A task of a test: does what it is told, and counts how often each attempt was begun.</summary>
[Operator("work")]
[Description("Does what a test tells it.")]
public sealed class Work : RunOperator<WorkFields>
{
    /// <summary>How often each attempt was begun.</summary>
    public ConcurrentDictionary<string, int> Begun { get; } = [];

    /// <summary>Completes when an attempt that hangs has begun.</summary>
    public TaskCompletionSource Hanging { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public override async Task<TaskOutcome> RunAsync(TaskContext context, WorkFields fields, CancellationToken stop)
    {
        Begun.AddOrUpdate(context.AttemptId, 1, (_, times) => times + 1);
        if (fields.Hang)
        {
            var stopped = new TaskCompletionSource();
            await using var registration = stop.Register(stopped.SetResult);
            Hanging.TrySetResult();
            await stopped.Task;
            stop.ThrowIfCancellationRequested();
        }
        if (context.Try <= fields.FailTimes) return TaskOutcome.Failed("as told");
        return fields.End switch
        {
            "skip" => throw new SkipTaskException("as told"),
            "fail" => throw new FailTaskException("as told"),
            _ => fields.Value is { } value ? TaskOutcome.Success(value) : TaskOutcome.Success(),
        };
    }
}
