using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Opens a file that a task has left. A link is not followed, and a pipe, which nobody may ever write to, is not waited for.</summary>
internal static class PlainFile
{
    // Read only, without waiting, closed in children.
    private const int LinuxFlags = 0x800 | 0x80000;
    private const int MacFlags = 0x4 | 0x1000000;

    /// <summary>Opens it for reading.</summary>
    /// <exception cref="UpdraftException"><see cref="ArtifactErrors.Refused"/>: it is no plain file.</exception>
    public static FileStream Open(FileInfo file)
    {
        RefuseLink(file);
        if (OperatingSystem.IsWindows()) return file.OpenRead();
        var handle = new SafeFileHandle(OpenUnix(file.FullName, OperatingSystem.IsLinux() ? LinuxFlags : MacFlags, 0), ownsHandle: true);
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw Refused($"'{file.Name}' cannot be opened: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
        var stream = new FileStream(handle, FileAccess.Read);
        if (stream.CanSeek) return stream;
        stream.Dispose();
        throw Refused($"'{file.Name}' is neither a file nor a folder");
    }

    /// <summary>Refuses a link.</summary>
    /// <exception cref="UpdraftException"><see cref="ArtifactErrors.Refused"/>.</exception>
    public static void RefuseLink(FileSystemInfo entry)
    {
        if (entry.LinkTarget is not null) throw Refused($"'{entry.Name}' is a link: hand over what it points to");
    }

    /// <summary>The full path of a name below a folder.</summary>
    /// <exception cref="UpdraftException"><see cref="ArtifactErrors.Refused"/>: it leads out of the folder.</exception>
    public static string Within(string folder, string name)
    {
        var parts = name.TrimEnd('/').Split('/');
        if (parts.Any(part => part is "" or "." or ".." || part.Contains('\0', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && part.AsSpan().ContainsAny('\\', ':'))))
        {
            throw Refused($"'{name.Replace('\0', '?')}' leads out of its folder, or is no plain path");
        }
        return Path.Combine([folder, .. parts]);
    }

    public static UpdraftException Refused(string reason) => new(ArtifactErrors.Refused, reason);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenUnix([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);
}
