using System.Buffers;
using System.Text;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>A folder of a share, or a share as a whole, that is filled, read and emptied from here.</summary>
/// <param name="files">The service.</param>
/// <param name="path">Share and folder, as in <c>share/folder</c>.</param>
internal sealed class ShareFolder(AzureFiles files, string path)
{
    // Each holds a part of a file in memory.
    private const int AtOnce = 4;

    /// <summary>Copies what is in a folder of this machine into it. It must be there.</summary>
    /// <exception cref="UpdraftException">A name cannot stand on a share, or the service refuses.</exception>
    public async Task UploadAsync(string folder, CancellationToken stop)
    {
        var found = new List<(FileInfo File, string To)>();
        await MakeFoldersAsync(new DirectoryInfo(folder), path, found, stop);
        await Parallel.ForEachAsync(found, Limits(stop), async (each, cancellation) => await WriteAsync(each.File, each.To, cancellation));
    }

    /// <summary>Copies a folder in it to a folder of this machine, which is not there yet.</summary>
    /// <returns>False when there is no folder of that name.</returns>
    /// <exception cref="UpdraftException">Something in it is no plain file or folder, or the service refuses.</exception>
    public async Task<bool> DownloadAsync(string name, string folder, CancellationToken stop)
    {
        var from = $"{path}/{name}";
        if (await TreeAsync(from, stop) is not { } tree) return false;
        Directory.CreateDirectory(folder);
        foreach (var each in tree.Folders) Directory.CreateDirectory(PlainFile.Within(folder, each));
        await Parallel.ForEachAsync(tree.Files, Limits(stop), async (each, cancellation) =>
        {
            var facts = await files.LookAsync($"{from}/{each}", cancellation) ?? throw new ServiceException($"{from}/{each} was deleted while it was read");
            await using var to = new FileStream(PlainFile.Within(folder, each), FileMode.CreateNew);
            await ReadAsync($"{from}/{each}", facts, to, cancellation);
        });
        return true;
    }

    /// <summary>The text of a file in it; null when there is none.</summary>
    /// <param name="name">The file.</param>
    /// <param name="limit">Most bytes.</param>
    /// <param name="tooLong">What is thrown of a longer one.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<string?> ReadTextAsync(string name, int limit, Func<Exception> tooLong, CancellationToken stop)
    {
        if (await files.LookAsync($"{path}/{name}", stop) is not { } facts) return null;
        if (facts.Bytes > limit) throw tooLong();
        using var content = new MemoryStream((int)facts.Bytes);
        await ReadAsync($"{path}/{name}", facts, content, stop);
        return Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length);
    }

    /// <summary>Deletes all that is in it.</summary>
    public async Task ClearAsync(CancellationToken stop)
    {
        if (await TreeAsync(path, stop) is not { } tree) return;
        await Parallel.ForEachAsync(tree.Files, Limits(stop), async (each, cancellation) => await files.DeleteFileAsync($"{path}/{each}", cancellation));
        foreach (var each in tree.Folders.AsEnumerable().Reverse()) await files.DeleteFolderAsync($"{path}/{each}", stop);
    }

    private static ParallelOptions Limits(CancellationToken stop) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };

    private async Task MakeFoldersAsync(DirectoryInfo folder, string to, List<(FileInfo File, string To)> found, CancellationToken stop)
    {
        var entries = folder.GetFileSystemInfos();
        ShareNames.Refuse(entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        foreach (var entry in entries)
        {
            PlainFile.RefuseLink(entry);
            var place = $"{to}/{entry.Name}";
            if (entry is DirectoryInfo inner)
            {
                await files.CreateFolderAsync(place, stop);
                await MakeFoldersAsync(inner, place, found, stop);
            }
            else
            {
                found.Add(((FileInfo)entry, place));
            }
        }
    }

    private async Task WriteAsync(FileInfo file, string to, CancellationToken stop)
    {
        await using var content = PlainFile.Open(file);
        await files.CreateFileAsync(to, content.Length, stop);
        await ByPartsAsync(content.Length, async (from, part) =>
        {
            await content.ReadExactlyAsync(part, stop);
            await files.WriteAsync(to, from, part, stop);
        });
    }

    private Task ReadAsync(string from, FileFacts facts, Stream to, CancellationToken stop) => ByPartsAsync(facts.Bytes, async (at, part) =>
    {
        await files.ReadAsync(from, facts, at, part, stop);
        await to.WriteAsync(part, stop);
    });

    private static async Task ByPartsAsync(long bytes, Func<long, Memory<byte>, Task> act)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(bytes, AzureFiles.RangeSize));
        try
        {
            for (var at = 0L; at < bytes; at += AzureFiles.RangeSize) await act(at, buffer.AsMemory(0, (int)Math.Min(bytes - at, AzureFiles.RangeSize)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>All folders, outer before inner, and all files below a folder, by their paths from there; null when it is not there.</summary>
    private async Task<(List<string> Folders, List<string> Files)?> TreeAsync(string top, CancellationToken stop)
    {
        var (folders, found) = (new List<string>(), new List<string>());
        var isThere = await AddAsync("");
        for (var next = 0; next < folders.Count; next++) await AddAsync(folders[next] + "/");
        return isThere ? (folders, found) : null;

        async Task<bool> AddAsync(string prefix)
        {
            var any = false;
            await foreach (var page in files.ListAsync($"{top}/{prefix}".TrimEnd('/'), stop))
            {
                any = true;
                folders.AddRange(page.Folders.Select(name => prefix + name));
                found.AddRange(page.Files.Select(name => prefix + name));
            }
            return any;
        }
    }
}
