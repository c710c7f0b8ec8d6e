using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Program, arguments and working directory of a task's process. Values reach it as arguments, never as part of a command line.</summary>
/// <param name="Program">Full path of the program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="WorkingDirectory">Where it runs.</param>
internal sealed record ShellCommand(string Program, ImmutableArray<string> Arguments, string WorkingDirectory)
{
    public static async Task<ShellCommand> OfAsync(TaskContext context, ShellFields fields, string? path)
    {
        ImmutableArray<string> line = fields.Script is { } script ? await ScriptAsync(context, fields, script) : fields.Command;
        foreach (var argument in line)
        {
            if (argument.Contains('\0', StringComparison.Ordinal)) throw new UpdraftException(OperatorErrors.Fields, "an argument holds a NUL character, which no process can be handed");
        }
        var folder = Folder(context, fields);
        return new ShellCommand(Find(line[0], folder, path), line[1..], folder);
    }

    private static async Task<ImmutableArray<string>> ScriptAsync(TaskContext context, ShellFields fields, string script)
    {
        var (shell, options, extension) = fields.Interpreter switch
        {
            ShellInterpreter.Bash => ("bash", (string[])["-eo", "pipefail"], "sh"),
            ShellInterpreter.Sh => ("sh", ["-e"], "sh"),
            _ => ("pwsh", ["-NoProfile", "-NonInteractive", "-File"], "ps1"),
        };
        var file = Path.Combine(context.Scratch.Path, $"script.{extension}");
        await File.WriteAllTextAsync(file, script);
        return [shell, .. options, file, .. fields.Args];
    }

    private static string Folder(TaskContext context, ShellFields fields)
    {
        var files = context.Package?.Files ?? context.Scratch.Path;
        var folder = fields.WorkingDirectory is { } relative ? Path.GetFullPath(relative, files) : files;
        return Directory.Exists(folder) ? folder : throw new UpdraftException(OperatorErrors.ProcessStart, $"there is no working directory {folder}: correct the field working_directory");
    }

    /// <summary>The program as the process itself would find it: by its PATH, or from its working directory when the name has a slash.</summary>
    public static string Find(string name, string folder, string? path)
    {
        if (name.Length == 0) throw new UpdraftException(OperatorErrors.Fields, "the first element of command, the program, is empty");
        if (name.Contains('/', StringComparison.Ordinal) || Path.IsPathRooted(name))
        {
            var file = Path.GetFullPath(name, folder);
            return IsProgram(file) ? file : throw new UpdraftException(OperatorErrors.ProcessStart, $"{file} is not there, or not executable: correct the command");
        }
        string[] endings = OperatingSystem.IsWindows() ? ["", ".exe", ".cmd", ".bat"] : [""];
        return (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(entry => endings.Select(ending => Path.Combine(Path.GetFullPath(entry, folder), name + ending)))
            .FirstOrDefault(IsProgram)
            ?? throw new UpdraftException(OperatorErrors.ProcessStart, $"program '{name}' is not on PATH: install it where tasks run, or give its path");
    }

    private static bool IsProgram(string file) =>
        File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
