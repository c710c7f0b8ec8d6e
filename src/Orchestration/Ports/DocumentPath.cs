using System.Buffers;
using System.Globalization;
using System.Text;

namespace Updraft.Orchestration;

/// <summary>Paths of documents and blobs: names percent-encoded, segments closed by <c>/</c>, so that no name is a prefix of another.</summary>
public static class DocumentPath
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>Joins names to a path that ends in <c>/</c>.</summary>
    public static string Of(params ReadOnlySpan<string> names)
    {
        var path = new StringBuilder();
        foreach (var name in names)
        {
            Append(path, name);
            path.Append('/');
        }
        return path.ToString();
    }

    /// <summary>The last name of a path, decoded.</summary>
    public static string LastName(string path)
    {
        var end = path.EndsWith('/') ? path.Length - 1 : path.Length;
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/', end - 1) + 1)..end]);
    }

    /// <summary>A time such that newer sorts first, in 19 digits.</summary>
    public static string NewestFirst(DateTimeOffset time) =>
        (DateTime.MaxValue.Ticks - time.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    private static void Append(StringBuilder path, string name)
    {
        // A name of dots alone would mean a folder to a file system.
        if (!name.AsSpan().ContainsAnyExcept(Plain) && name.AsSpan().ContainsAnyExcept('.'))
        {
            path.Append(name);
            return;
        }
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            if (Plain.Contains((char)b) && b != (byte)'.') path.Append((char)b);
            else path.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
    }
}
