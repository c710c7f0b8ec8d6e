using System.Formats.Tar;
using System.IO.Pipelines;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// A folder as one stream, and back: files and folders with their names, contents and permissions, in the order of their names. What is
/// neither is refused on the way in and on the way out, and so is a name that leads out of the folder.
/// </summary>
internal static class FolderTar
{
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;
    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Hands the folder to <paramref name="read"/> as a stream that is made while it is read.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="read">Reads the stream.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="asGnu">Whether it is for a program that may not know the newer format (POSIX.1-2001), as that of BusyBox does not know all of it.</param>
    public static async Task PackAsync(string folder, Func<Stream, Task> read, CancellationToken cancellation, bool asGnu = false)
    {
        var pipe = new Pipe();
        var packing = Task.Run(() => PackAsync(folder, pipe.Writer, asGnu, cancellation), CancellationToken.None);
        Exception? failure = null;
        try
        {
            await read(pipe.Reader.AsStream());
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            await pipe.Reader.CompleteAsync(failure);
            await packing;
        }
    }

    /// <summary>Makes the folder of a stream. The folder must not be there; what is in it when this throws is to be deleted.</summary>
    /// <exception cref="UpdraftException"><see cref="ArtifactErrors.Refused"/>.</exception>
    public static async Task UnpackAsync(Stream content, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        await using var reader = new TarReader(content, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
        {
            var path = PlainFile.Within(folder, entry.Name);
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(path);
                    break;
                case TarEntryType.RegularFile:
                    await WriteAsync(entry, path, cancellation);
                    break;
                default:
                    throw PlainFile.Refused($"'{entry.Name}' is a {entry.EntryType} and not a file or folder");
            }
        }
        // To its end, so that all of it is checked.
        await content.CopyToAsync(Stream.Null, cancellation);
    }

    private static async Task PackAsync(string folder, PipeWriter to, bool asGnu, CancellationToken cancellation)
    {
        try
        {
            await using (var tar = new TarWriter(to.AsStream(leaveOpen: true), asGnu ? TarEntryFormat.Gnu : TarEntryFormat.Pax, leaveOpen: true)) await AddAsync(tar, new DirectoryInfo(folder), "", cancellation);
            await to.CompleteAsync();
        }
        catch (Exception e)
        {
            await to.CompleteAsync(e); // Whoever reads gets it.
        }
    }

    private static async Task AddAsync(TarWriter tar, DirectoryInfo folder, string prefix, CancellationToken cancellation)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            PlainFile.RefuseLink(entry);
            var name = prefix + entry.Name;
            if (entry is DirectoryInfo inner)
            {
                await tar.WriteEntryAsync(EntryOf(tar, TarEntryType.Directory, name + "/", entry), cancellation);
                await AddAsync(tar, inner, name + "/", cancellation);
                continue;
            }
            await using var content = PlainFile.Open((FileInfo)entry);
            var file = EntryOf(tar, TarEntryType.RegularFile, name, entry);
            file.DataStream = content;
            await tar.WriteEntryAsync(file, cancellation);
        }
    }

    private static TarEntry EntryOf(TarWriter tar, TarEntryType type, string name, FileSystemInfo of)
    {
        TarEntry entry = tar.Format is TarEntryFormat.Gnu ? new GnuTarEntry(type, name) : new PaxTarEntry(type, name);
        entry.Mode = ModeOf(of);
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        return entry;
    }

    private static async Task WriteAsync(TarEntry entry, string path, CancellationToken cancellation)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = (entry.Mode & Permissions) | UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        if (entry.DataStream is { } data) await data.CopyToAsync(file, cancellation);
    }

    private static UnixFileMode ModeOf(FileSystemInfo entry) =>
        OperatingSystem.IsWindows() ? OwnFolder : (entry.UnixFileMode & Permissions) | UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
