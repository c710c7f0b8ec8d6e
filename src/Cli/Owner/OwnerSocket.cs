using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Updraft.Cli;

/// <summary>Where the owner of a data folder listens.</summary>
internal static class OwnerSocket
{
    // What a Unix socket's address holds, less the closing zero.
    private const int LongestPath = 100;

    /// <summary>In the folder; for a folder too deep for a socket's address, in the folder for temporary files, by the hash of its path.</summary>
    public static string PathOf(string dataFolder)
    {
        var folder = Path.GetFullPath(dataFolder);
        var path = Path.Combine(folder, "owner.sock");
        return Encoding.UTF8.GetByteCount(path) <= LongestPath
            ? path
            : Path.Combine(Path.GetTempPath(), $"updraft-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..24]}.sock");
    }

    public static Socket Create() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
