using System.Collections.Immutable;

namespace Updraft.Operators;

/// <summary>
/// Partitions as folders of a container. One listing of a table's folders tells which of all its partitions can be there, so that those that are not
/// cost nothing; only what has a folder is looked into.
/// </summary>
internal static class BlobPartitions
{
    // A table with more folders between those that are looked for is looked at partition by partition.
    private const int FolderPages = 2;

    public static async Task<IReadOnlyList<(int, PokeAnswer)>> LookAsync(AzureBlobs blobs, IReadOnlyList<PartitionLook> looks, CancellationToken stop)
    {
        var answers = new List<(int, PokeAnswer)>();
        foreach (var table in looks.GroupBy(look => (Container: look.Fields.Container!, look.TableFolder)))
        {
            var there = table.Count() == 1 ? null : await FoldersAsync(blobs, table.Key.Container, [.. table], stop);
            foreach (var look in table)
                answers.Add(look.Is(there?.Contains(FirstFolder(look)) != false && await IsThereAsync(blobs, look, stop)));
        }
        return answers;
    }

    /// <summary>The table's outermost folders, as far as they are asked for; null when there are too many.</summary>
    private static async Task<ImmutableHashSet<string>?> FoldersAsync(AzureBlobs blobs, string container, IReadOnlyList<PartitionLook> looks, CancellationToken stop)
    {
        var folders = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var pages = 0;
        await foreach (var page in blobs.ListAsync(container, looks.Select(FirstFolder).Aggregate(BlobPlan.Common), folders: true, cancellation: stop))
        {
            folders.UnionWith(page.Folders);
            if (page.Next is not null && ++pages == FolderPages) return null;
        }
        return folders.ToImmutable();
    }

    private static async Task<bool> IsThereAsync(AzureBlobs blobs, PartitionLook look, CancellationToken stop)
    {
        var folder = $"{look.TableFolder}{look.Name.Folder}/";
        if (look.Fields.Marker is { } marker)
        {
            await foreach (var page in blobs.ListAsync(look.Fields.Container!, folder + marker, pageSize: 1, cancellation: stop)) return page.Blobs.Any(blob => blob.Name == folder + marker);
            return false;
        }
        await foreach (var page in blobs.ListAsync(look.Fields.Container!, folder, cancellation: stop))
        {
            if (page.Blobs.Any(blob => blob.Bytes > 0 && HostPartitions.IsData(blob.Name[folder.Length..]))) return true;
        }
        return false;
    }

    private static string FirstFolder(PartitionLook look) => $"{look.TableFolder}{look.Name.Folder.Split('/')[0]}/";
}
