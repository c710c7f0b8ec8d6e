using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Adds C# code to a DAG that is built in C#.</summary>
public static class CodeTasks
{
    /// <summary>Adds a task that runs a class derived from <see cref="CodeTask{TInput,TOutput}"/>.</summary>
    /// <typeparam name="TTask">The class.</typeparam>
    /// <param name="scope">The DAG or group.</param>
    /// <param name="name">The task's own name.</param>
    /// <param name="input">What it is given, written as JSON in camel case; strings may hold templates. Null for nothing.</param>
    public static TaskNode Code<TTask>(this ITaskScope scope, string name, object? input = null) => scope.Task(name, "code", With(typeof(TTask).FullName!, null, input));

    /// <summary>
    /// Adds a task that runs a static method, or a lambda that captures nothing. It may take one input, a <see cref="TaskContext"/> and a
    /// <see cref="CancellationToken"/>, and return nothing, a value, or a task of either.
    /// </summary>
    /// <param name="scope">The DAG or group.</param>
    /// <param name="name">The task's own name.</param>
    /// <param name="code">The method.</param>
    /// <param name="input">What it is given, written as JSON in camel case; strings may hold templates. Null for nothing.</param>
    /// <exception cref="UpdraftException">The delegate captures something that a worker would not have.</exception>
    public static TaskNode Code(this ITaskScope scope, string name, Delegate code, object? input = null)
    {
        var (className, method) = CodeTaskCall.NameOf(code);
        return scope.Task(name, "code", With(className, method, input));
    }

    private static Dictionary<string, object> With(string className, string? method, object? input)
    {
        var with = new Dictionary<string, object> { ["class"] = className };
        if (method is not null) with["method"] = method;
        if (input is not null) with["input"] = JsonSerializer.SerializeToElement(input, CodeJson.Options);
        return with;
    }
}
