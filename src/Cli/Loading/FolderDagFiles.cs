using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>The files of a DAG folder on disk. Links are not followed out of it.</summary>
internal sealed class FolderDagFiles(string folder) : IDagFiles
{
    public Stream? Open(string path)
    {
        var full = Path.GetFullPath(Path.Combine(folder, path));
        if (!full.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal) || !File.Exists(full)) return null;
        if (File.ResolveLinkTarget(full, returnFinalTarget: true) is { } target && !target.FullName.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal)) return null;
        return File.OpenRead(full);
    }
}
