using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>How a worker is started. Two tasks share one only if all of this is the same.</summary>
/// <param name="Owner">The version of the DAG: tasks of no other use the worker.</param>
/// <param name="Program">Full path of the interpreter.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Folder">Where it runs.</param>
/// <param name="Variables">Its variables, but for those of single tasks.</param>
internal sealed record WorkerSetup(string Owner, string Program, ImmutableArray<string> Arguments, string Folder, Dictionary<string, string> Variables)
{
    /// <summary>Tells it apart from any other.</summary>
    public string Key { get; } = JsonSerializer.Serialize(new object[] { Owner, Program, Arguments, Folder, Variables.OrderBy(variable => variable.Key, StringComparer.Ordinal) });

    /// <summary>The worker that a task asks for.</summary>
    /// <exception cref="UpdraftException">Its folder, interpreter or virtual environment is not there.</exception>
    public static WorkerSetup Of(TaskContext context, ScriptFields fields, ScriptLanguage language, string? venv)
    {
        var files = context.Package?.Files ?? Path.TrimEndingDirectorySeparator(Path.GetTempPath());
        var folder = fields.WorkingDirectory is { } relative ? Path.GetFullPath(relative, files) : files;
        if (!Directory.Exists(folder)) throw new UpdraftException(OperatorErrors.ProcessStart, $"there is no working directory {folder}: correct the field working_directory");
        var variables = ShellEnvironment.OfHost(Environment.GetEnvironmentVariables(), fields.PassEnv);
        if (venv is not null) ShellEnvironment.Activate(variables, Path.GetFullPath(venv, files));
        var program = ShellCommand.Find(fields.Interpreter ?? language.Interpreter, files, variables.GetValueOrDefault("PATH"));
        var script = Path.Combine(AppContext.BaseDirectory, "Workers", language.Worker);
        return new($"{context.Run.Dag}/{context.Run.DagHash}/{context.Package?.Hash}", program, [.. language.Options, script], folder, variables);
    }
}

/// <summary>A language that workers speak.</summary>
/// <param name="Interpreter">Its interpreter, on PATH.</param>
/// <param name="Options">Options of the interpreter.</param>
/// <param name="Worker">File name of its worker.</param>
internal sealed record ScriptLanguage(string Interpreter, ImmutableArray<string> Options, string Worker)
{
    public static readonly ScriptLanguage Python = new("python3", ["-u"], "worker.py");

    public static readonly ScriptLanguage Node = new("node", [], "worker.js");
}
