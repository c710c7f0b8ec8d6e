using System.Collections.Concurrent;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>Blobs as files below a data folder. A call returns when bytes and names are on the disk.</summary>
internal sealed class FileBlobStore(string dataFolder, FaultGate faults, bool relaxed) : IBlobStore
{
    // One lock for all deletions, after those that paths share.
    private const int Deletions = 64;

    private readonly string _root = Path.Combine(dataFolder, "blobs");
    private readonly string _temporary = Path.Combine(dataFolder, "tmp");
    private readonly ConcurrentDictionary<string, byte> _known = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, Deletions + 1).Select(_ => new SemaphoreSlim(1))];
    private long _temporaries;

    /// <summary>Makes the folders, and removes what a crash left half written.</summary>
    public void Prepare()
    {
        PrivateFiles.CreateFolder(_root);
        PrivateFiles.CreateFolder(_temporary);
        foreach (var file in Directory.EnumerateFiles(_temporary)) File.Delete(file);
        Sync(dataFolder);
    }

    /// <inheritdoc/>
    public async Task<long?> AppendAsync(string path, long expectedOffset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        var file = FileOf(path);
        using var held = await LockAsync(path, cancellation);
        return Guard<long?>(() =>
        {
            var length = File.Exists(file) ? new FileInfo(file).Length : 0;
            if (length != expectedOffset) return RepeatsWhatStands(file, length, expectedOffset, bytes.Span) ? expectedOffset + bytes.Length : null;
            faults.At(FaultPoint.BeforeFileWrite, path);
            var isNew = length == 0 && !File.Exists(file);
            if (isNew) MakeFolders(path);
            using (var stream = new FileStream(file, PrivateFiles.Options(FileMode.OpenOrCreate, FileShare.ReadWrite | FileShare.Delete)))
            {
                RandomAccess.Write(stream.SafeFileHandle, bytes.Span, expectedOffset);
                Flush(stream);
            }
            if (isNew) Sync(Path.GetDirectoryName(file)!);
            faults.At(FaultPoint.AfterFileWrite, path);
            return expectedOffset + bytes.Length;
        });
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string path, Stream content, CancellationToken cancellation = default)
    {
        var file = FileOf(path);
        var temporary = Path.Combine(_temporary, $"{Interlocked.Increment(ref _temporaries)}");
        using var held = await LockAsync(path, cancellation);
        try
        {
            Guard(() => faults.At(FaultPoint.BeforeFileWrite, path));
            using (var stream = Guard(() => new FileStream(temporary, PrivateFiles.Options(FileMode.Create))))
            {
                await GuardAsync(() => content.CopyToAsync(stream, cancellation));
                Guard(() => Flush(stream));
            }
            Guard(() =>
            {
                MakeFolders(path);
                File.Move(temporary, file, overwrite: true);
                Sync(Path.GetDirectoryName(file)!);
                faults.At(FaultPoint.AfterFileWrite, path);
            });
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string path, long offset = 0, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var file = FileOf(path);
        try
        {
            var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Seek(offset, SeekOrigin.Begin);
            return Task.FromResult<Stream?>(stream);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    /// <inheritdoc/>
    public Task<long?> GetLengthAsync(string path, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var file = new FileInfo(FileOf(path));
        return Task.FromResult<long?>(file.Exists ? file.Length : null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var path in List(prefix))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return path;
        }
        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string prefix, CancellationToken cancellation = default)
    {
        using var allowed = await KeepAllAsync(cancellation);
        foreach (var path in List(prefix).ToList())
        {
            cancellation.ThrowIfCancellationRequested();
            Guard(() =>
            {
                faults.At(FaultPoint.BeforeFileWrite, path);
                File.Delete(FileOf(path));
                faults.At(FaultPoint.AfterFileWrite, path);
            });
        }
        Guard(() => RemoveEmpty(prefix));
    }

    /// <summary>From its return until what it returns is disposed, no other deletes a blob.</summary>
    public async Task<IDisposable> KeepAllAsync(CancellationToken cancellation)
    {
        await _locks[Deletions].WaitAsync(cancellation);
        return new Held(_locks[Deletions]);
    }

    /// <summary>Whether an append was done before, and its answer was lost: it failed after its bytes were written, so they are made durable now.</summary>
    private bool RepeatsWhatStands(string file, long length, long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || length < offset + bytes.Length) return false;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var there = new byte[bytes.Length];
        stream.Position = offset;
        stream.ReadExactly(there);
        if (!bytes.SequenceEqual(there)) return false;
        Flush(stream);
        Sync(Path.GetDirectoryName(file)!);
        return true;
    }

    private string FileOf(string path)
    {
        var names = BlobPaths.Split(path);
        return Path.Combine(_root, Path.Combine([.. names.Select(BlobPaths.OnDisk)])) + BlobPaths.FileMark;
    }

    private void MakeFolders(string path)
    {
        var names = BlobPaths.Split(path);
        var folder = _root;
        foreach (var (n, name) in names.Index())
        {
            if (BlobPaths.IsLong(name)) WriteLongName(folder, name);
            if (n == names.Length - 1) return;
            var parent = folder;
            folder = Path.Combine(folder, BlobPaths.OnDisk(name));
            if (_known.ContainsKey(folder) && Directory.Exists(folder)) continue;
            PrivateFiles.CreateFolder(folder);
            Sync(parent);
            _known.TryAdd(folder, 0);
        }
    }

    private void WriteLongName(string folder, string name)
    {
        var file = Path.Combine(folder, BlobPaths.OnDisk(name) + BlobPaths.LongName);
        if (File.Exists(file)) return;
        var temporary = Path.Combine(_temporary, $"{Interlocked.Increment(ref _temporaries)}");
        using (var stream = new FileStream(temporary, PrivateFiles.Options(FileMode.Create)))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(name));
            Flush(stream);
        }
        File.Move(temporary, file, overwrite: true);
        Sync(folder);
    }

    private IEnumerable<string> List(string prefix)
    {
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        var onDisk = folder.Length == 0 ? _root : Path.Combine(_root, Path.Combine([.. BlobPaths.Split(folder).Select(BlobPaths.OnDisk)]));
        // The blob that the prefix names itself lies beside its folder.
        if (folder.Length > 0 && folder == prefix && File.Exists(FileOf(folder))) yield return folder;
        foreach (var path in Walk(onDisk, folder))
            if (path.StartsWith(prefix, StringComparison.Ordinal)) yield return path;
    }

    /// <summary>Names compare closed by <c>/</c>, as paths do; a blob comes before what lies below its name.</summary>
    private static IEnumerable<string> Walk(string onDisk, string path)
    {
        if (!Directory.Exists(onDisk)) yield break;
        var found = new DirectoryInfo(onDisk).EnumerateFileSystemInfos()
            .Where(entry => !entry.Name.EndsWith(BlobPaths.LongName, StringComparison.Ordinal))
            .Select(entry => (Path: path + NameOf(entry) + '/', Entry: entry))
            .OrderBy(found => found.Path, StringComparer.Ordinal).ThenBy(found => found.Entry is DirectoryInfo);
        foreach (var (below, entry) in found)
        {
            if (entry is not DirectoryInfo)
            {
                yield return below;
                continue;
            }
            foreach (var deeper in Walk(entry.FullName, below)) yield return deeper;
        }
    }

    private static string NameOf(FileSystemInfo entry)
    {
        var name = entry.Name.TrimEnd(BlobPaths.FileMark);
        return name[0] == BlobPaths.HashMark ? File.ReadAllText(Path.Combine(Path.GetDirectoryName(entry.FullName)!, name + BlobPaths.LongName)) : name;
    }

    private void RemoveEmpty(string prefix)
    {
        if (prefix.Length < 2 || prefix[^1] != '/') return;
        var folder = Path.Combine(_root, Path.Combine([.. BlobPaths.Split(prefix).Select(BlobPaths.OnDisk)]));
        if (!Directory.Exists(folder)) return;
        if (Directory.EnumerateFiles(folder, $"*{BlobPaths.FileMark}", SearchOption.AllDirectories).Any()) return;
        Directory.Delete(folder, recursive: true);
    }

    private async Task<IDisposable> LockAsync(string path, CancellationToken cancellation)
    {
        var held = _locks[(uint)string.GetHashCode(path, StringComparison.Ordinal) % Deletions];
        await held.WaitAsync(cancellation);
        return new Held(held);
    }

    private void Flush(FileStream stream)
    {
        if (!relaxed) RandomAccess.FlushToDisk(stream.SafeFileHandle);
    }

    private void Sync(string folder)
    {
        if (!relaxed) PrivateFiles.SyncFolder(folder);
    }

    private void Guard(Action action) => Guard(() =>
    {
        action();
        return true;
    });

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (StorageFailures.Of(exception, dataFolder) is { } failure)
        {
            throw failure;
        }
    }

    private async Task GuardAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception exception) when (StorageFailures.Of(exception, dataFolder) is { } failure)
        {
            throw failure;
        }
    }

    private sealed class Held(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
