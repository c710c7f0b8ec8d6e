using System.Buffers;
using System.Security.Cryptography;

namespace Updraft.Embedded;

/// <summary>Copies files durably, for their owner alone, and tells their checksums.</summary>
internal static class FileCopy
{
    private const int Buffer = 1 << 18;

    /// <summary>Copies what a file held when it was opened, and perhaps what was appended since.</summary>
    public static async Task<BackupFile> CopyAsync(string folder, string path, string toFolder, bool relaxed, CancellationToken cancellation)
    {
        var to = Path.Combine(toFolder, path);
        PrivateFiles.CreateFolder(Path.GetDirectoryName(to)!);
        await using var target = new FileStream(to, PrivateFiles.Options(FileMode.CreateNew));
        var file = await ReadAsync(folder, path, (bytes, stop) => target.WriteAsync(bytes, stop), cancellation);
        if (!relaxed) RandomAccess.FlushToDisk(target.SafeFileHandle);
        return file;
    }

    /// <summary>Length and checksum of a file.</summary>
    public static Task<BackupFile> MeasureAsync(string folder, string path, CancellationToken cancellation) => ReadAsync(folder, path, (_, _) => ValueTask.CompletedTask, cancellation);

    private static async Task<BackupFile> ReadAsync(string folder, string path, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellation)
    {
        await using var source = new FileStream(Path.Combine(folder, path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(Buffer);
        try
        {
            long bytes = 0;
            for (int read; (read = await source.ReadAsync(buffer.AsMemory(0, Buffer), cancellation)) > 0; bytes += read)
            {
                hash.AppendData(buffer, 0, read);
                await take(buffer.AsMemory(0, read), cancellation);
            }
            return new(path.Replace(Path.DirectorySeparatorChar, '/'), bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
