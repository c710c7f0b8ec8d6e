using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>Backups of data folders: a folder with the database as it stood at one instant, all blobs that it names, and a manifest.</summary>
public static class EmbeddedBackup
{
    /// <summary>Folders of a data folder that go into a backup beside the database. What lies in others is made anew when it is needed.</summary>
    private static readonly ImmutableArray<string> Folders = ["blobs", "packages"];

    /// <summary>
    /// Checks a backup against its manifest, and the database in it: every file is read once.
    /// </summary>
    /// <exception cref="UpdraftException"><see cref="BackupErrors.Damaged"/>, or <see cref="EngineErrors.NewerFormat"/>.</exception>
    public static async Task<BackupManifest> VerifyAsync(string source, CancellationToken cancellation = default)
    {
        source = Path.GetFullPath(source);
        var manifest = await ReadAsync(source, cancellation);
        foreach (var file in manifest.Files)
        {
            if (!File.Exists(Path.Combine(source, file.Path))) throw BackupErrors.DamagedOf(source, $"'{file.Path}' is missing");
            if (await FileCopy.MeasureAsync(source, file.Path, cancellation) != file) throw BackupErrors.DamagedOf(source, $"'{file.Path}' has changed");
        }
        return manifest;
    }

    /// <summary>
    /// Makes a data folder from a backup. It is there in full or not at all. Runs that were under way go on once it is opened.
    /// </summary>
    /// <param name="source">The backup.</param>
    /// <param name="dataFolder">The data folder: empty, or not there yet.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException"><see cref="BackupErrors.TargetNotEmpty"/>, <see cref="BackupErrors.Damaged"/>, or <see cref="EngineErrors.NewerFormat"/>.</exception>
    public static async Task<BackupManifest> RestoreAsync(string source, string dataFolder, CancellationToken cancellation = default)
    {
        (source, dataFolder) = (Path.GetFullPath(source), Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder)));
        if (IsTaken(dataFolder)) throw BackupErrors.NotEmpty(dataFolder);
        var half = dataFolder + ".restoring";
        try
        {
            var manifest = await ReadAsync(source, cancellation);
            if (Directory.Exists(half)) Directory.Delete(half, recursive: true);
            PrivateFiles.CreateFolder(half);
            foreach (var file in manifest.Files)
            {
                if (!File.Exists(Path.Combine(source, file.Path))) throw BackupErrors.DamagedOf(source, $"'{file.Path}' is missing");
                if (await FileCopy.CopyAsync(source, file.Path, half, relaxed: false, cancellation) != file) throw BackupErrors.DamagedOf(source, $"'{file.Path}' has changed");
            }
            if (EmbeddedReader.CheckIntegrity(half) is not "ok" and var problem) throw BackupErrors.DamagedOf(source, $"its database is damaged ({problem})");
            SyncFolders(half);
            if (Directory.Exists(dataFolder)) Directory.Delete(dataFolder);
            Directory.Move(half, dataFolder);
            PrivateFiles.SyncFolder(Path.GetDirectoryName(dataFolder)!);
            return manifest;
        }
        catch (Exception exception)
        {
            if (Directory.Exists(half)) Directory.Delete(half, recursive: true);
            throw StorageFailures.Of(exception, dataFolder) ?? exception;
        }
    }

    /// <summary>Copies the folder of a host that goes on working. Deletions of blobs wait until it is done.</summary>
    internal static async Task<BackupManifest> MakeAsync(EmbeddedOptions options, FileBlobStore blobs, string target, CancellationToken cancellation)
    {
        var (source, relaxed) = (options.DataFolder, options.RelaxedDurability);
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        if ((target + Path.DirectorySeparatorChar).StartsWith(source + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw BackupErrors.Inside(target);
        if (IsTaken(target)) throw BackupErrors.NotEmpty(target);
        try
        {
            var at = options.Time.GetUtcNow();
            PrivateFiles.CreateFolder(target);
            var files = ImmutableArray.CreateBuilder<BackupFile>();
            using (await blobs.KeepAllAsync(cancellation))
            {
                // The database comes first: what a document names was durable before it.
                await Task.Run(() => CopyDatabase(source, target), cancellation);
                files.Add(await FileCopy.MeasureAsync(target, Database.FileName, cancellation));
                foreach (var path in Folders.SelectMany(folder => FilesOf(source, folder))) files.Add(await FileCopy.CopyAsync(source, path, target, relaxed, cancellation));
            }
            if (!relaxed) SyncFolders(target);
            var manifest = new BackupManifest { At = at, DatabaseFormat = Schema.Format, Files = files.ToImmutable() };
            await WriteAsync(target, manifest, cancellation);
            return manifest;
        }
        catch (Exception exception)
        {
            throw StorageFailures.Of(exception, target) ?? exception;
        }
    }

    private static void CopyDatabase(string source, string target)
    {
        using var db = SqliteDb.Open(Path.Combine(source, Database.FileName));
        DatabaseCopy.Make(db, Path.Combine(target, Database.FileName));
    }

    private static List<string> FilesOf(string source, string folder)
    {
        var full = Path.Combine(source, folder);
        return Directory.Exists(full) ? Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(source, file)).ToList() : [];
    }

    private static async Task WriteAsync(string folder, BackupManifest manifest, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, BackupManifest.FileName);
        await using (var stream = new FileStream(file + ".part", PrivateFiles.Options(FileMode.Create)))
        {
            await JsonSerializer.SerializeAsync(stream, manifest, OrchestrationJson.Options, cancellation);
            RandomAccess.FlushToDisk(stream.SafeFileHandle);
        }
        File.Move(file + ".part", file);
        PrivateFiles.SyncFolder(folder);
    }

    private static async Task<BackupManifest> ReadAsync(string source, CancellationToken cancellation)
    {
        var file = Path.Combine(source, BackupManifest.FileName);
        if (!File.Exists(file)) throw BackupErrors.DamagedOf(source, $"there is no {BackupManifest.FileName} in it, so it is none or was cut short");
        try
        {
            var manifest = DocumentFormat.Read<BackupManifest>(file, await File.ReadAllBytesAsync(file, cancellation));
            Schema.RefuseNewer(manifest.DatabaseFormat, source);
            if (manifest.Files.FirstOrDefault(each => !IsInside(source, each.Path)) is { } outside) throw BackupErrors.DamagedOf(source, $"its manifest names '{outside.Path}', which lies elsewhere");
            return manifest;
        }
        catch (JsonException exception)
        {
            throw BackupErrors.DamagedOf(source, $"its manifest cannot be read ({exception.Message})");
        }
    }

    private static bool IsInside(string folder, string path) =>
        !Path.IsPathRooted(path) && Path.GetFullPath(Path.Combine(folder, path)).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool IsTaken(string folder) => File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any());

    private static void SyncFolders(string folder)
    {
        foreach (var below in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories)) PrivateFiles.SyncFolder(below);
        PrivateFiles.SyncFolder(folder);
    }
}
