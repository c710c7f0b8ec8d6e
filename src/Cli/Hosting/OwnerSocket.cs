using System.Net.Sockets;
using System.Text;

namespace Updraft.Cli;

/// <summary>
/// The socket on which the owner of a data folder listens, for its user alone. It lies in the folder; where that path is longer than a socket's
/// may be, it lies in a private folder of the system's, and a file in the data folder says where.
/// </summary>
internal static class OwnerSocket
{
    // 108 bytes on Linux and 104 on macOS, with the end.
    private const int LongestPath = 100;

    private const string SocketFile = "updraft.sock";
    private const string PointerFile = "updraft.sock.path";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where an owner listens, or did; null when none has.</summary>
    public static string? Find(string folder)
    {
        var usual = Path.Combine(folder, SocketFile);
        if (IsShort(usual)) return File.Exists(usual) ? usual : null;
        try
        {
            return File.ReadAllText(Path.Combine(folder, PointerFile));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Makes room for the socket of a folder that this process owns: what a killed owner left is removed.</summary>
    /// <returns>The socket's path.</returns>
    public static string Prepare(string folder)
    {
        Remove(folder);
        var usual = Path.Combine(folder, SocketFile);
        if (IsShort(usual)) return usual;
        var elsewhere = Path.Combine(ShortFolder(), "s");
        var pointer = Path.Combine(folder, PointerFile);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Private;
        using (var file = new FileStream(pointer + ".new", options)) file.Write(Encoding.UTF8.GetBytes(elsewhere));
        File.Move(pointer + ".new", pointer, overwrite: true);
        return elsewhere;
    }

    /// <summary>Binds the socket. Nobody can connect before it listens, and by then it is private.</summary>
    public static Socket Bind(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, Private);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes what leads to an owner.</summary>
    public static void Remove(string folder)
    {
        if (Find(folder) is not { } path) return;
        File.Delete(path);
        File.Delete(Path.Combine(folder, PointerFile));
        if (Path.GetDirectoryName(path) is { } own && own != folder && Directory.Exists(own) && !Directory.EnumerateFileSystemEntries(own).Any()) Directory.Delete(own);
    }

    private static bool IsShort(string path) => Encoding.UTF8.GetByteCount(path) <= LongestPath;

    // The system's temporary folder may be deep itself.
    private static string ShortFolder()
    {
        var made = Directory.CreateTempSubdirectory("updraft-");
        if (IsShort(Path.Combine(made.FullName, "s")) || OperatingSystem.IsWindows()) return made.FullName;
        made.Delete();
        return Directory.CreateDirectory(Path.Combine("/tmp", $"updraft-{Guid.NewGuid():N}"), Private | UnixFileMode.UserExecute).FullName;
    }
}
