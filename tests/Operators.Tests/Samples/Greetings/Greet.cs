using System.ComponentModel;
using Updraft.Operators;

namespace Greetings;

/// <summary>A run operator: its work is done where it is called.</summary>
[Operator("greet")]
[Description("Greets somebody.")]
public sealed class Greet : RunOperator<Greet.GreetFields>
{
    /// <summary>The fields of <c>with</c>, in snake case: <c>name</c>, <c>times</c>, <c>api_key</c>.</summary>
    public sealed record GreetFields
    {
        [Description("Who is greeted.")]
        public required string Name { get; init; }

        [Description("How often.")]
        public int Times { get; init; } = 1;

        [Secret]
        [Description("Key of the greeting service.")]
        public string? ApiKey { get; init; }
    }

    public override async Task<TaskOutcome> RunAsync(TaskContext context, GreetFields fields, CancellationToken stop)
    {
        if (fields.Name.Length == 0) return TaskOutcome.Skipped("there is nobody to greet");
        if (fields.Times > 100) return TaskOutcome.FailedForGood($"{fields.Times} greetings are too many");
        for (var i = 0; i < fields.Times; i++)
        {
            stop.ThrowIfCancellationRequested();
            context.Log.WriteLine($"Hello {fields.Name}, with {fields.ApiKey ?? "no key"}");
            await Task.Yield();
        }
        return TaskOutcome.Success(new { Greeted = fields.Name, fields.Times });
    }
}
