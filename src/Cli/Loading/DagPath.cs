using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>What the PATH of a command line means: a folder, or a YAML file alone.</summary>
/// <param name="Folder">The folder: the one named, or that of the file.</param>
/// <param name="File">The file with which reading begins, within the folder; null for a folder whose DAGs are in C#.</param>
/// <param name="IsFolder">Whether the whole folder belongs to the DAG, with its code and files.</param>
internal sealed record DagPath(string Folder, string? File, bool IsFolder)
{
    /// <summary>Whether the folder holds a C# project.</summary>
    public bool HasCode => IsFolder && Directory.EnumerateFiles(Folder, "*.csproj").Any();

    /// <summary>Whether an argument that may name a published DAG means a path: it is one, or is written as one.</summary>
    public static bool IsPath(string argument) => argument.Contains('/', StringComparison.Ordinal) || System.IO.File.Exists(argument) || Directory.Exists(argument) || argument.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="UpdraftException">There is nothing of that name, or no DAG in it.</exception>
    public static DagPath Of(string path)
    {
        var full = Path.GetFullPath(path);
        if (System.IO.File.Exists(full))
        {
            var file = Path.GetFileName(full);
            if (!file.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) && !file.EndsWith(".yml", StringComparison.OrdinalIgnoreCase))
            {
                throw new UpdraftException(CliErrors.NoDag, $"{path} is no DAG: give a folder, or a file that ends in .yaml");
            }
            return new DagPath(Path.GetDirectoryName(full)!, file, file == DagYaml.MainFile);
        }
        if (!Directory.Exists(full)) throw new UpdraftException(CliErrors.NoDag, $"there is no file or folder {path}");
        var inFolder = new DagPath(full, System.IO.File.Exists(Path.Combine(full, DagYaml.MainFile)) ? DagYaml.MainFile : null, true);
        return inFolder.File is not null || inFolder.HasCode
            ? inFolder
            : throw new UpdraftException(CliErrors.NoDag, $"the folder {path} holds no DAG: it needs a {DagYaml.MainFile}, or a C# project with a class that implements IDagSource");
    }
}
