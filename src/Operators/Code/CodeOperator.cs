using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="CodeOperator"/>.</summary>
public sealed record CodeFields
{
    /// <summary>Full name of the class.</summary>
    [Raw]
    [JsonPropertyName("class")]
    [Description("Full name of a class in the DAG's C# project, derived from CodeTask<TInput, TOutput>; or, with method, of the class that has the method.")]
    public required string ClassName { get; init; }

    /// <summary>Name of a static method; null for a class derived from <see cref="CodeTask{TInput,TOutput}"/>.</summary>
    [Raw]
    [Description("Name of a static method, in place of a class derived from CodeTask.")]
    public string? Method { get; init; }

    /// <summary>What the code is given; absent for nothing.</summary>
    [Streams]
    [Description("What the code is given: any JSON that fits its input type. Default: null.")]
    public JsonElement Input { get; init; }
}

/// <summary>Runs C# from the DAG's package, in this process.</summary>
[Operator("code")]
[Description("Runs a C# class or method of the DAG's own project, with typed input and output.")]
public sealed class CodeOperator : RunOperator<CodeFields>
{
    /// <inheritdoc/>
    public override async Task<TaskOutcome> RunAsync(TaskContext context, CodeFields fields, CancellationToken stop)
    {
        if (context.Package is not { } package)
        {
            throw new UpdraftException(OperatorErrors.CodeTask, $"the DAG has no package, so there is no class '{fields.ClassName}': put a C# project into the DAG's folder");
        }
        var output = await package.CodeTask(fields.ClassName, fields.Method).RunAsync(fields.Input, context, stop);
        return output is { } value ? TaskOutcome.Success(value) : TaskOutcome.Success();
    }
}
