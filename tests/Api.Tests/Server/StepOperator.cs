using System.Text.Json;
using Updraft.Operators;

namespace Updraft.Api.Tests;

/// <summary>Does next to nothing: writes its words to the log, and hands over its value, fails, or waits until the test lets it go on.</summary>
[Operator("step")]
internal sealed class StepOperator : RunOperator<StepFields>
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a step waits.</summary>
    public Task Waits => _waits.Task;

    /// <summary>Lets all steps go on that wait.</summary>
    public void Go() => _go.SetResult();

    public override async Task<TaskOutcome> RunAsync(TaskContext context, StepFields fields, CancellationToken stop)
    {
        if (fields.Say is { } words) context.Log.WriteLine(words);
        if (fields.Wait)
        {
            _waits.TrySetResult();
            await _go.Task.WaitAsync(stop);
        }
        if (fields.Fail is { } why) throw new FailTaskException(why);
        return fields.Value is { } value ? TaskOutcome.Success(value) : TaskOutcome.Success();
    }
}

internal sealed record StepFields
{
    public string? Say { get; init; }

    public bool Wait { get; init; }

    public string? Fail { get; init; }

    public JsonElement? Value { get; init; }
}
