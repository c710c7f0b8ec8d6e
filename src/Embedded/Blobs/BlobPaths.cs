using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Updraft.Embedded;

/// <summary>
/// Where a blob lies below its folder: a folder per name, and a file <c>name@</c> for the last. A name too long for a file system is kept
/// as its hash, beside a file that holds it.
/// </summary>
internal static class BlobPaths
{
    /// <summary>Ends the name of a file that holds a blob; no encoded name has it.</summary>
    public const char FileMark = '@';

    /// <summary>Begins the name of what stands for a long name.</summary>
    public const char HashMark = '~';

    /// <summary>Ends the name of the file that holds a long name.</summary>
    public const string LongName = "~name";

    private const int MaxName = 200;
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-%");

    /// <summary>The names of a path.</summary>
    /// <exception cref="ArgumentException">It is no path of encoded names closed by <c>/</c>.</exception>
    public static string[] Split(string path)
    {
        var names = path.Split('/');
        if (names.Length < 2 || names[^1].Length > 0) throw Refuse(path);
        names = names[..^1];
        foreach (var name in names)
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Allowed) || !name.AsSpan().ContainsAnyExcept('.')) throw Refuse(path);
        return names;
    }

    public static bool IsLong(string name) => name.Length > MaxName;

    /// <summary>What a name is called on disk.</summary>
    public static string OnDisk(string name) => IsLong(name) ? HashMark + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))) : name;

    private static ArgumentException Refuse(string path) => new($"'{path}' is no blob path: encoded names closed by '/'", nameof(path));
}
