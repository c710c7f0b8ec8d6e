using System.Collections;
using System.Collections.Immutable;
using System.IO.Enumeration;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// The variables of a task's process. A host's variables often hold its secrets (connection strings, keys), so only those that programs need
/// to work at all are handed on, and those that the task names. Updraft's own are never handed on.
/// </summary>
internal static class ShellEnvironment
{
    /// <summary>Marks the processes of an attempt, so that they are found whatever became of their parents.</summary>
    public const string Marker = Own + TaskFacts.Attempt;

    private const string Own = EnvironmentNames.Own;

    private static readonly ImmutableArray<string> Basic =
    [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_*", "TZ", "TERM", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "DOTNET_ROOT",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT",
        "USERPROFILE", "APPDATA", "LOCALAPPDATA",
    ];

    /// <summary>All variables of a process.</summary>
    public static Dictionary<string, string> Of(TaskContext context, ShellFields fields, string outputFile, string? inputs, IDictionary host)
    {
        var variables = OfHost(host, fields.PassEnv);
        foreach (var (name, value) in OfTask(context, fields.Env)) variables[name] = value;
        if (fields.Venv is { } venv) Activate(variables, Path.GetFullPath(venv, context.Package?.Files ?? context.Scratch.Path));
        foreach (var (name, value) in Facts(context, outputFile, inputs)) variables[name] = value;
        return variables;
    }

    /// <summary>What of the host's variables is handed on.</summary>
    public static Dictionary<string, string> OfHost(IDictionary host, ImmutableArray<string> asked)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in host)
        {
            var name = (string)variable.Key;
            if (IsHandedOn(name, asked)) variables[name] = (string?)variable.Value ?? "";
        }
        return variables;
    }

    /// <summary>The variables that a task gives, over those of its compute profile.</summary>
    /// <exception cref="UpdraftException">One has no name or value that a variable can have.</exception>
    public static IReadOnlyDictionary<string, string> OfTask(TaskContext context, ImmutableSortedDictionary<string, string> env)
    {
        foreach (var (name, value) in context.Compute.Environment) EnvironmentNames.Refuse(name, value, "compute.environment");
        foreach (var (name, value) in env) EnvironmentNames.Refuse(name, value, "env");
        return context.Compute.Environment.SetItems(env);
    }

    /// <summary>What every task is told of itself.</summary>
    /// <param name="context">The attempt.</param>
    /// <param name="outputFile">Where it may write its output; null where it hands it over otherwise.</param>
    /// <param name="inputs">Where its inputs are; null when it has none.</param>
    public static IEnumerable<(string Name, string Value)> Facts(TaskContext context, string? outputFile, string? inputs) =>
        TaskFacts.Of(context).Concat(Places(context, outputFile, inputs)).Select(fact => (Own + fact.Name, fact.Value));

    private static IEnumerable<(string Name, string Value)> Places(TaskContext context, string? outputFile, string? inputs)
    {
        if (outputFile is not null) yield return ("OUTPUT", outputFile);
        yield return ("SCRATCH", context.Scratch.Path);
        if (inputs is not null) yield return ("INPUTS", inputs);
        if (context.Package is { } package) yield return ("DAG_FOLDER", package.Files);
    }

    /// <summary>Puts a virtual environment first.</summary>
    public static void Activate(Dictionary<string, string> variables, string venv)
    {
        var bin = Path.Combine(venv, OperatingSystem.IsWindows() ? "Scripts" : "bin");
        if (!Directory.Exists(bin)) throw new UpdraftException(OperatorErrors.ProcessStart, $"there is no virtual environment in {venv}: make one with 'python3 -m venv', or correct the field venv");
        variables["VIRTUAL_ENV"] = venv;
        variables["PATH"] = variables.TryGetValue("PATH", out var path) ? bin + Path.PathSeparator + path : bin;
        variables.Remove("PYTHONHOME");
    }

    private static bool IsHandedOn(string name, ImmutableArray<string> asked) =>
        !name.StartsWith(Own, StringComparison.OrdinalIgnoreCase) && Basic.Concat(asked).Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
}
