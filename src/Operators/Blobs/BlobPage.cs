using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Updraft.Operators;

/// <summary>A page of a listing.</summary>
/// <param name="Blobs">The blobs, by name.</param>
/// <param name="Folders">Where folders were asked for: their names, each with <c>/</c> at its end.</param>
/// <param name="Next">What the next page is asked for with; null at the end.</param>
/// <param name="Now">The service's time.</param>
internal sealed record BlobPage(ImmutableArray<BlobItem> Blobs, ImmutableArray<string> Folders, string? Next, DateTimeOffset Now)
{
    /// <exception cref="ServiceException">The answer is no listing.</exception>
    public static BlobPage Read(byte[] content, DateTimeOffset now)
    {
        try
        {
            var root = XDocument.Load(new MemoryStream(content)).Root!;
            var blobs = root.Element("Blobs")!;
            return new BlobPage(
                [.. blobs.Elements("Blob").Select(Blob)],
                [.. blobs.Elements("BlobPrefix").Select(folder => Name(folder.Element("Name")!))],
                root.Element("NextMarker")?.Value is { Length: > 0 } next ? next : null,
                now);
        }
        catch (Exception e) when (e is XmlException or NullReferenceException or FormatException)
        {
            throw new ServiceException("the storage service answered with something that is no list of blobs", inner: e);
        }
    }

    private static BlobItem Blob(XElement blob)
    {
        var properties = blob.Element("Properties")!;
        return new BlobItem(
            Name(blob.Element("Name")!),
            long.Parse(properties.Element("Content-Length")?.Value ?? "0", CultureInfo.InvariantCulture),
            DateTimeOffset.Parse(properties.Element("Last-Modified")!.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
    }

    // A name that XML cannot hold comes encoded.
    private static string Name(XElement name) => (string?)name.Attribute("Encoded") == "true" ? Uri.UnescapeDataString(name.Value) : name.Value;
}

/// <summary>A blob of a listing.</summary>
/// <param name="Name">Its name in the container.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="WrittenAt">When it was last written.</param>
internal sealed record BlobItem(string Name, long Bytes, DateTimeOffset WrittenAt);
