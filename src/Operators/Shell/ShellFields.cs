using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="ShellOperator"/>.</summary>
[ExactlyOne("command", "script")]
public sealed record ShellFields : ICheckedFields
{
    /// <summary>Program and arguments, handed on as they are, with no shell in between; empty where there is a script.</summary>
    [Description("Program and its arguments, handed on as they are, with no shell in between. Either this or script.")]
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Text for a shell to run; null where there is a command.</summary>
    [Raw]
    [Description("Text for a shell to run. It holds no templates: values come through env and args. Either this or command.")]
    public string? Script { get; init; }

    /// <summary>The shell of a script.</summary>
    [Raw]
    [Description("The shell of a script: bash (with -eo pipefail), sh (with -e) or pwsh. Default bash.")]
    public ShellInterpreter Interpreter { get; init; } = ShellInterpreter.Bash;

    /// <summary>Arguments of a script.</summary>
    [Description("Arguments of a script, which reads them as \"$1\", \"$2\", … Default none.")]
    public ImmutableArray<string> Args { get; init; } = [];

    /// <summary>Variables of the process.</summary>
    [Description("Environment variables of the process. Default none beside those that every task has.")]
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Host variables handed on.</summary>
    [Raw]
    [Description("Names of the host's environment variables that are handed on, with * as a wildcard, as in AWS_*. Default none beside the basic ones (PATH, HOME, LANG, …). Those that begin with UPDRAFT_ never are.")]
    public ImmutableArray<string> PassEnv { get; init; } = [];

    /// <summary>Working directory, relative to the DAG's files; null for those.</summary>
    [Description("Working directory, relative to the DAG's folder. Default: the DAG's folder, or the scratch folder of a DAG without files.")]
    public string? WorkingDirectory { get; init; }

    /// <summary>Folder of a virtual environment, relative to the DAG's files; null for none.</summary>
    [Description("Folder of a Python virtual environment, relative to the DAG's folder: its bin comes first on PATH, and VIRTUAL_ENV is set. Default none.")]
    public string? Venv { get; init; }

    /// <summary>What is put into <c>inputs/</c> of the scratch folder before the process starts, by name.</summary>
    [Streams]
    [Description("What the process finds in $UPDRAFT_INPUTS, by name: an artifact of another task as the file or folder it is, the outputs of a mapped task as a file of JSON lines, any other value as a file of JSON. Default none.")]
    public ImmutableSortedDictionary<string, JsonElement> Inputs { get; init; } = ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>Files and folders that the process leaves and the task hands over, by name.</summary>
    [Description("Files and folders that the process leaves in $UPDRAFT_SCRATCH and the task hands over, by name: a path, or an object with path and keep. Each becomes a member of the output. Default none.")]
    public ImmutableSortedDictionary<string, ArtifactOutput> Artifacts { get; init; } = ImmutableSortedDictionary.Create<string, ArtifactOutput>(StringComparer.Ordinal);

    /// <summary>Exit code that skips the task; null for none.</summary>
    [Description("Exit code by which the process skips its task; null for none. Default 99.")]
    public int? SkipExitCode { get; init; } = 99;

    /// <summary>Exit code that fails without retry; null for none.</summary>
    [Description("Exit code by which the process fails its task without further retries; null for none. Default 98.")]
    public int? FailExitCode { get; init; } = 98;

    /// <summary>From the polite signal to the kill.</summary>
    [Description("How long the process and its children may take to end when asked to (SIGTERM), before they are killed. Default 10s.")]
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public void Check()
    {
        if (Script is null && Command.IsDefaultOrEmpty) throw new Dags.UpdraftException(OperatorErrors.Fields, "command is empty: it begins with a program");
        if (Script is null && !Args.IsEmpty) throw new Dags.UpdraftException(OperatorErrors.Fields, "args belong to a script: put them into the command");
    }
}

/// <summary>Shells that run scripts.</summary>
public enum ShellInterpreter
{
    /// <summary><c>bash -eo pipefail</c>.</summary>
    Bash,

    /// <summary><c>sh -e</c>.</summary>
    Sh,

    /// <summary>PowerShell.</summary>
    Pwsh,
}
