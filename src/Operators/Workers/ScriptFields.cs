using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Fields of operators that call a function of a script.</summary>
[ExactlyOne("file", "code")]
public abstract record ScriptFields : ICheckedFields
{
    /// <summary>The script, relative to the DAG's files; null where there is code.</summary>
    [Raw]
    [DagFile]
    [Description("File with the function, relative to the DAG's folder. Either this or code.")]
    public string? File { get; init; }

    /// <summary>The script's text; null where there is a file.</summary>
    [Raw]
    [Description("Text with the function. It holds no templates: values come through args and env. Either this or file.")]
    public string? Code { get; init; }

    /// <summary>Name of the function.</summary>
    [Raw]
    [Description("Name of the function. Default main.")]
    public string Function { get; init; } = "main";

    /// <summary>What the function is given; absent for nothing.</summary>
    [Description("What the function is given, as JSON: a list is its arguments; in Python, an object is its arguments by name; any other value is its one argument. Default none.")]
    public JsonElement Args { get; init; }

    /// <summary>Variables while the function runs.</summary>
    [Description("Environment variables while the function runs; the next one does not see them. Default none beside those that every task has.")]
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Host variables handed on.</summary>
    [Raw]
    [Description("Names of the host's environment variables that are handed on, with * as a wildcard. Default none beside the basic ones. Those that begin with UPDRAFT_ never are.")]
    public ImmutableArray<string> PassEnv { get; init; } = [];

    /// <summary>Working directory, relative to the DAG's files; null for those.</summary>
    [Raw]
    [Description("Working directory, relative to the DAG's folder. Default: the DAG's folder, or that for temporary files of a DAG without files.")]
    public string? WorkingDirectory { get; init; }

    /// <summary>The interpreter; null for the one on PATH.</summary>
    [Raw]
    [Description("The interpreter: a name on PATH, or a path relative to the DAG's folder. Default python3, or node.")]
    public string? Interpreter { get; init; }

    /// <inheritdoc cref="ShellFields.Inputs"/>
    [Streams]
    [Description("What the function finds in $UPDRAFT_INPUTS, by name: an artifact of another task as the file or folder it is, the outputs of a mapped task as a file of JSON lines, any other value as a file of JSON. Default none.")]
    public ImmutableSortedDictionary<string, JsonElement> Inputs { get; init; } = ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <inheritdoc cref="ShellFields.Artifacts"/>
    [Description("Files and folders that the function leaves in $UPDRAFT_SCRATCH and the task hands over, by name: a path, or an object with path and keep. Each becomes a member of the output. Default none.")]
    public ImmutableSortedDictionary<string, ArtifactOutput> Artifacts { get; init; } = ImmutableSortedDictionary.Create<string, ArtifactOutput>(StringComparer.Ordinal);

    /// <summary>Whether the process stays for further tasks.</summary>
    [Description("Whether the process stays for further tasks of the same DAG version, one after another; false starts one for this task alone. Default true.")]
    public bool Warm { get; init; } = true;

    /// <summary>Memory of the process; null for no limit.</summary>
    [Description("Memory of the process in MB, above which it is killed and the task fails; null for no limit. Default 1024.")]
    public int? MemoryMb { get; init; } = 1024;

    /// <summary>How many tasks a process runs before another takes its place.</summary>
    [Description("How many tasks one process runs before another takes its place, 1 or more. Default 100.")]
    public int RestartAfter { get; init; } = 100;

    /// <summary>From the polite signal to the kill.</summary>
    [Description("How long the process and its children may take to end when asked to (SIGTERM), before they are killed. Default 5s.")]
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public void Check()
    {
        if (RestartAfter < 1) throw new Dags.UpdraftException(OperatorErrors.Fields, "restart_after must be 1 or more");
        if (MemoryMb < 1) throw new Dags.UpdraftException(OperatorErrors.Fields, "memory_mb must be 1 or more, or null");
    }
}

/// <summary>Fields of <see cref="PythonOperator"/>.</summary>
public sealed record PythonFields : ScriptFields
{
    /// <summary>Folder of a virtual environment, relative to the DAG's files; null for none.</summary>
    [Raw]
    [Description("Folder of a virtual environment, relative to the DAG's folder: its interpreter and packages are used. Default none.")]
    public string? Venv { get; init; }
}

/// <summary>Fields of <see cref="NodeOperator"/>.</summary>
public sealed record NodeFields : ScriptFields;
