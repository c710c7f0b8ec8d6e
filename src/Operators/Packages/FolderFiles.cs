using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// The files of a DAG folder that make it what it is. Left out: what begins with a dot, build output (<c>bin</c> and <c>obj</c> beside a
/// project), caches, virtual environments, and links, which lead out of the folder.
/// </summary>
/// <param name="Folder">The folder.</param>
/// <param name="Files">Its files, in ordinal order of their paths.</param>
public sealed record FolderFiles(string Folder, IReadOnlyList<FolderFile> Files)
{
    /// <summary>Most files of a package.</summary>
    public const int MaxFiles = 10_000;

    /// <summary>Most bytes of a package.</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>The project of the folder; null when it holds no C#.</summary>
    /// <exception cref="UpdraftException">There are several.</exception>
    public string? Project
    {
        get
        {
            var projects = Files.Select(file => file.Path).Where(path => path.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase) && !path.Contains('/', StringComparison.Ordinal)).ToList();
            return projects.Count < 2
                ? projects.SingleOrDefault()
                : throw new UpdraftException(OperatorErrors.PackageBuild, $"{Folder} holds {projects.Count} C# projects ({string.Join(", ", projects)}): keep one, and let it refer to the others in folders of their own");
        }
    }

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="without">Full path of a folder within it that is left out; null for none.</param>
    /// <exception cref="UpdraftException">It holds more than a package may.</exception>
    public static FolderFiles Of(string folder, string? without = null)
    {
        var files = new List<FolderFile>();
        Collect(new DirectoryInfo(folder), "", without, files);
        var listed = new FolderFiles(folder, [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]);
        listed.RefuseExcess();
        return listed;
    }

    /// <summary>SHA-256 over names, modes and contents, in lower-case hex.</summary>
    /// <param name="salt">What it covers besides; empty for the hash that names a package.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string> HashAsync(string salt, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{salt}\n"));
        foreach (var file in Files)
        {
            await using var content = File.OpenRead(Path.Combine(Folder, file.Path));
            var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));
            hash.AppendData(Encoding.UTF8.GetBytes($"{sha256} {(file.IsProgram ? "x" : "-")} {file.Path}\n"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Copies those files that <paramref name="wanted"/> accepts to another folder; they are on disk when it returns.</summary>
    public async Task CopyAsync(string to, Func<FolderFile, bool> wanted, CancellationToken cancellation)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Files.Where(wanted))
        {
            var target = Path.Combine(to, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using var from = File.OpenRead(Path.Combine(Folder, file.Path));
            await using var copy = File.Create(target);
            await from.CopyToAsync(copy, cancellation);
            copy.Flush(flushToDisk: true);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(copy.SafeFileHandle, file.IsProgram ? UnixFileMode.UserRead | UnixFileMode.UserExecute : UnixFileMode.UserRead);
        }
    }

    private static void Collect(DirectoryInfo folder, string path, string? without, List<FolderFile> files)
    {
        var entries = folder.EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith('.') && entry.LinkTarget is null).ToList();
        var hasProject = entries.Any(entry => entry.Name.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase));
        foreach (var entry in entries)
        {
            if (entry is FileInfo file) files.Add(new FolderFile(path + file.Name, file.Length, IsProgram(file)));
            else if (entry is DirectoryInfo inner && !IsLeftOut(inner, hasProject, without)) Collect(inner, $"{path}{inner.Name}/", without, files);
            if (files.Count > MaxFiles) return;
        }
    }

    private static bool IsLeftOut(DirectoryInfo folder, bool hasProject, string? without) =>
        folder.Name is "__pycache__" or "node_modules"
        || (hasProject && folder.Name is "bin" or "obj")
        || folder.FullName == without
        || File.Exists(Path.Combine(folder.FullName, "pyvenv.cfg"));

    private static bool IsProgram(FileInfo file) => !OperatingSystem.IsWindows() && (file.UnixFileMode & UnixFileMode.UserExecute) != 0;

    private void RefuseExcess()
    {
        if (Files.Count > MaxFiles) throw new UpdraftException(OperatorErrors.PackageSize, $"{Folder} holds more than {MaxFiles} files: keep data elsewhere, and name its place in a param");
        var bytes = Files.Sum(file => file.Bytes);
        if (bytes <= MaxBytes) return;
        var largest = Files.MaxBy(file => file.Bytes)!;
        throw new UpdraftException(
            OperatorErrors.PackageSize,
            string.Create(CultureInfo.InvariantCulture, $"{Folder} holds {bytes >> 20} MB, more than {MaxBytes >> 20} MB (the largest file is {largest.Path}): keep data elsewhere, and name its place in a param"));
    }
}

/// <summary>A file of a DAG folder.</summary>
/// <param name="Path">Its path within the folder, with <c>/</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="IsProgram">Whether its owner may execute it.</param>
public sealed record FolderFile(string Path, long Bytes, bool IsProgram);
