namespace Updraft.Operators;

/// <summary>Partitions as folders of the host.</summary>
internal static class HostPartitions
{
    public static IEnumerable<(int, PokeAnswer)> Look(IEnumerable<PartitionLook> looks) => looks.Select(look => look.Is(IsThere(look)));

    private static bool IsThere(PartitionLook look)
    {
        var folder = new DirectoryInfo(look.TableFolder + look.Name.Folder);
        if (!folder.Exists) return false;
        if (look.Fields.Marker is { } marker) return File.Exists(Path.Combine(folder.FullName, marker));
        return folder.EnumerateFiles("*", SearchOption.AllDirectories).Any(file => file.Length > 0 && IsData(Path.GetRelativePath(folder.FullName, file.FullName).Replace('\\', '/')));
    }

    /// <summary>Whether a file is one of data: those of work under way and of tools are hidden, in a folder or by themselves.</summary>
    /// <param name="path">Its path in the partition.</param>
    internal static bool IsData(string path) => path.Split('/').All(name => name.Length > 0 && name[0] is not ('_' or '.'));
}
