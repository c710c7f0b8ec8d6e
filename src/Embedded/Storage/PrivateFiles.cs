using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Updraft.Embedded;

/// <summary>Files and folders for their owner alone, and durable.</summary>
internal static partial class PrivateFiles
{
    private const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder700 = File600 | UnixFileMode.UserExecute;

    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, Folder700);
    }

    public static void Create(string file)
    {
        using (new FileStream(file, Options(FileMode.CreateNew)))
        {
        }
        SyncFolder(Path.GetDirectoryName(file)!);
    }

    public static FileStreamOptions Options(FileMode mode, FileShare share = FileShare.Read) => OperatingSystem.IsWindows()
        ? new() { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 }
        : new() { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0, UnixCreateMode = File600 };

    /// <summary>Makes the names in a folder durable. Windows does so by itself.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        using var handle = new SafeFileHandle(OpenFolder(folder, 0), ownsHandle: true);
        if (handle.IsInvalid || Sync(handle.DangerousGetHandle()) != 0) throw new IOException($"folder '{folder}' could not be made durable: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial nint OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(nint handle);
}
