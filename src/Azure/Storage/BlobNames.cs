using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Updraft.Azure;

/// <summary>
/// What paths are called in a container, such that names sort as paths do and a path's prefix is its name's. The service has no good names that
/// end in <c>/</c>, nor segments that end in a dot, nor more than 1,024 characters: a name ends in <c>!</c>, a dot that ends a segment is
/// <c>..~</c>, and what is too long ends in its hash and carries its path in <see cref="PathKey"/>.
/// </summary>
/// <param name="container">The container.</param>
/// <param name="space">What begins all names.</param>
internal sealed class BlobNames(BlobContainerClient container, string space)
{
    /// <summary>The metadata that holds the path of a blob whose name is too short for it.</summary>
    public const string PathKey = "path";

    /// <summary>Longest path, in characters. It must fit into metadata beside the rest of it.</summary>
    public const int LongestPath = 5_000;

    // Sorts before whatever a name may begin with, so that a path comes before those below it.
    private const char End = '!';

    // No path has it. What shares the characters before it is sorted in memory.
    private const char Mark = '~';
    private const int LongestPlain = 900;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-%/");

    /// <summary>The container.</summary>
    public BlobContainerClient Container => container;

    /// <summary>Where paths are that begin with a prefix, and perhaps a few others.</summary>
    public string OfPrefix(string prefix) => space + Cut(Escape(prefix));

    /// <summary>What a path is called.</summary>
    /// <exception cref="ArgumentException">It is no path of encoded names closed by <c>/</c>, or too long.</exception>
    public string Of(string path)
    {
        if (!IsPath(path)) throw new ArgumentException($"'{path}' is no path: encoded names closed by '/', {LongestPath} characters at most", nameof(path));
        var plain = Escape(path) + End;
        return space + (plain.Length <= LongestPlain ? plain : $"{Cut(plain)}{Mark}{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(path)))}");
    }

    /// <summary>Whether a path's name does not tell it, so that metadata must.</summary>
    public static bool IsLong(string path) => Escape(path).Length + 1 > LongestPlain;

    /// <summary>The path of a listed blob; null for what is none of ours.</summary>
    public string? PathOf(BlobItem blob)
    {
        if (blob.Metadata?.TryGetValue(PathKey, out var path) == true) return path;
        return blob.Name.StartsWith(space, StringComparison.Ordinal) && blob.Name[^1] == End ? blob.Name[space.Length..^1].Replace("..~/", "./", StringComparison.Ordinal) : null;
    }

    /// <summary>What a blob's name has in common with those that are listed out of the order of their paths; null when it comes in its place.</summary>
    public string? StemOf(BlobItem blob) => blob.Name.Length - space.Length > LongestPlain ? blob.Name[..(space.Length + LongestPlain)] : null;

    private static bool IsPath(string path)
    {
        if (path.Length is < 2 or > LongestPath || path[^1] != '/' || path.AsSpan().ContainsAnyExcept(Allowed)) return false;
        foreach (var range in path.AsSpan(0, path.Length - 1).Split('/'))
            if (!path.AsSpan()[range].ContainsAnyExcept('.')) return false;
        return true;
    }

    private static string Cut(string name) => name.Length <= LongestPlain ? name : name[..LongestPlain];

    private static string Escape(string path) => path.Replace("./", "..~/", StringComparison.Ordinal);
}
