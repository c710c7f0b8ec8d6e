using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>A folder of DAGs: each is a folder or a YAML file in it, or the folder itself is one.</summary>
internal sealed record DagsFolder(string Folder)
{
    /// <exception cref="UpdraftException">There is no such folder.</exception>
    public static DagsFolder Of(string folder) => Directory.Exists(folder) ? new DagsFolder(Path.GetFullPath(folder)) : throw new UpdraftException(CliErrors.NoDag, $"there is no folder {folder}");

    /// <summary>Full paths of what may hold DAGs, in order. What begins with a dot is left out.</summary>
    public IReadOnlyList<string> Entries()
    {
        if (IsDag(Folder)) return [Folder];
        var found = Directory.EnumerateDirectories(Folder).Where(IsDag).Concat(Directory.EnumerateFiles(Folder).Where(IsYaml));
        return [.. found.Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal)];
    }

    /// <summary>Which entry a changed file or folder belongs to; null for none, as for build output.</summary>
    public string? EntryOf(string changed)
    {
        if (!changed.StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return null;
        var parts = changed[(Folder.Length + 1)..].Split(Path.DirectorySeparatorChar);
        if (parts.Any(part => part.StartsWith('.') || part is "bin" or "obj")) return null;
        if (IsDag(Folder)) return Folder;
        var entry = Path.Combine(Folder, parts[0]);
        return parts.Length > 1 || Directory.Exists(entry) || IsYaml(entry) ? entry : null;
    }

    private static bool IsDag(string folder) => File.Exists(Path.Combine(folder, DagYaml.MainFile)) || Directory.EnumerateFiles(folder, "*.csproj").Any();

    private static bool IsYaml(string file) => file.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
}
