using System.Globalization;
using System.IO.Compression;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>A package as one zip archive, for the way to a server. Who unpacks it trusts nothing in it.</summary>
public static class PackageZip
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "application/zip";

    /// <summary>Largest archive, in bytes: that of a package that cannot be packed, with its directory.</summary>
    public const long MaxBytes = FolderFiles.MaxBytes + MaxDirectory;

    private const long MaxDirectory = 16L << 20;
    private const int RegularFile = 0x8000;
    private const int FileType = 0xF000;
    private const int OwnerMayExecute = 0x40;
    private const int Program = RegularFile | 0x140; // r-x of the owner.
    private const int Plain = RegularFile | 0x100; // r-- of the owner.

    /// <summary>Writes the archive of a package.</summary>
    /// <param name="package">The package's folder.</param>
    /// <param name="to">Takes the archive, and stays open.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task WriteAsync(string package, Stream to, CancellationToken cancellation = default)
    {
        var files = FolderFiles.Of(package);
        await using var zip = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
        foreach (var file in files.Files)
        {
            var entry = zip.CreateEntry(file.Path, CompressionLevel.Fastest);
            entry.ExternalAttributes = (file.IsProgram ? Program : Plain) << 16;
            await using var content = await entry.OpenAsync(cancellation);
            await using var from = File.OpenRead(Path.Combine(package, file.Path));
            await from.CopyToAsync(content, cancellation);
        }
    }

    /// <summary>Unpacks the archive of a package, when its content is what its hash says.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="work">An empty folder.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The package's folder, within <paramref name="work"/>.</returns>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Package"/> or <see cref="OperatorErrors.PackageSize"/>.</exception>
    internal static async Task<string> UnpackAsync(Stream archive, string hash, string work, CancellationToken cancellation)
    {
        var package = await ExtractAsync(archive, work, cancellation);
        if (await package.HashAsync("", cancellation) is var actual && actual != hash)
            throw new UpdraftException(OperatorErrors.Package, $"the package that was sent as {hash} is {actual}: send what was built, unchanged");
        var opened = await DagPackage.OpenAsync(hash, package.Folder, cancellation);
        if (opened.Description.Assembly is { } assembly && !package.Files.Any(file => file.Path == $"{DagPackage.BinFolder}/{assembly}"))
            throw new UpdraftException(OperatorErrors.Package, $"package {hash} lacks the assembly that it names: build it again");
        return package.Folder;
    }

    /// <summary>Puts an unpacked package where it belongs, as a whole. False when it is there: the same came twice at once, and the other was first.</summary>
    internal static bool Place(string package, string place)
    {
        try
        {
            Directory.Move(package, place);
            return true;
        }
        catch (IOException) when (Directory.Exists(place))
        {
            return false;
        }
    }

    /// <summary>Unpacks an archive; the files are on disk when this returns, and are all that there is in it.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="work">An empty folder.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The files, in a folder within <paramref name="work"/>.</returns>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Package"/> or <see cref="OperatorErrors.PackageSize"/>.</exception>
    private static async Task<FolderFiles> ExtractAsync(Stream archive, string work, CancellationToken cancellation)
    {
        var path = Path.Combine(work, "package.zip");
        await using var spooled = File.Create(path);
        if (await CopyAsync(archive, spooled, MaxBytes, cancellation) is null) throw TooLarge();
        try
        {
            RefuseDirectory(spooled);
            await using var zip = await ZipArchive.CreateAsync(spooled, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellation);
            return await ExtractAsync(zip, Path.Combine(work, "package"), cancellation);
        }
        catch (InvalidDataException e)
        {
            throw Refused($"it is no zip archive that can be read: {e.Message}", e);
        }
    }

    private static async Task<FolderFiles> ExtractAsync(ZipArchive zip, string folder, CancellationToken cancellation)
    {
        var names = new PackageNames();
        var files = new List<FolderFile>();
        var left = FolderFiles.MaxBytes;
        if (zip.Entries.Count > FolderFiles.MaxFiles) throw TooLarge();
        foreach (var entry in zip.Entries)
        {
            names.Add(entry.FullName);
            var mode = entry.ExternalAttributes >> 16;
            if ((mode & FileType) is not (0 or RegularFile)) throw Refused($"'{PackageNames.Shown(entry.FullName)}' is a link or another special file");
            if (entry.IsEncrypted) throw Refused($"'{PackageNames.Shown(entry.FullName)}' is encrypted");
            var isProgram = (mode & OwnerMayExecute) != 0;
            var bytes = await ExtractAsync(entry, Path.Combine(folder, entry.FullName), isProgram, left, cancellation);
            left -= bytes;
            files.Add(new FolderFile(entry.FullName, bytes, isProgram));
        }
        return new FolderFiles(folder, [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]);
    }

    private static async Task<long> ExtractAsync(ZipArchiveEntry entry, string target, bool isProgram, long most, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        await using var from = await entry.OpenAsync(cancellation);
        await using var to = File.Create(target);
        // What it says of its size is not believed.
        var bytes = await CopyAsync(from, to, most, cancellation) ?? throw TooLarge();
        to.Flush(flushToDisk: true);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(to.SafeFileHandle, isProgram ? UnixFileMode.UserRead | UnixFileMode.UserExecute : UnixFileMode.UserRead);
        return bytes;
    }

    /// <summary>Copies; null when there is more than allowed.</summary>
    private static async Task<long?> CopyAsync(Stream from, Stream to, long most, CancellationToken cancellation)
    {
        var (buffer, copied) = (new byte[64 * 1024], 0L);
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if ((copied += read) > most) return null;
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
        return copied;
    }

    /// <summary>Refuses a directory so large that reading it alone would fill the memory: the whole of it is read before any of it can be looked at.</summary>
    private static void RefuseDirectory(FileStream archive)
    {
        const int EndSize = 22;
        var tail = new byte[Math.Min(archive.Length, EndSize + ushort.MaxValue)];
        archive.Seek(-tail.Length, SeekOrigin.End);
        archive.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || tail.Length - end < EndSize) throw Refused("it is no zip archive");
        var begin = BitConverter.ToUInt32(tail, end + 16);
        if (begin == uint.MaxValue || archive.Length - begin > MaxDirectory) throw TooLarge();
        archive.Position = 0;
    }

    private static UpdraftException Refused(string why, Exception? inner = null) => new(OperatorErrors.Package, $"the package is refused: {why}", inner);

    private static UpdraftException TooLarge() => new(OperatorErrors.PackageSize, string.Create(CultureInfo.InvariantCulture,
        $"the package is refused: it holds more than {FolderFiles.MaxBytes >> 20} MB or {FolderFiles.MaxFiles} files: keep data elsewhere, and name its place in a param"));
}
