using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;

namespace Updraft.Operators;

/// <summary>A page of what is in a folder of a share.</summary>
/// <param name="Files">Names of the files.</param>
/// <param name="Folders">Names of the folders.</param>
/// <param name="Next">What the next page is asked for with; null at the end.</param>
internal sealed record FilePage(ImmutableArray<string> Files, ImmutableArray<string> Folders, string? Next)
{
    /// <exception cref="ServiceException">The answer is no listing.</exception>
    /// <exception cref="Dags.UpdraftException"><see cref="ArtifactErrors.Refused"/>: something in it is neither a file nor a folder, or has a name that leads elsewhere.</exception>
    public static FilePage Read(byte[] content)
    {
        try
        {
            var root = XDocument.Load(new MemoryStream(content)).Root!;
            var entries = root.Element("Entries")!.Elements().ToLookup(entry => entry.Name.LocalName, entry => Name(entry.Element("Name")!));
            if (entries.FirstOrDefault(kind => kind.Key is not ("File" or "Directory")) is { } other) throw PlainFile.Refused($"'{other.First()}' is a {other.Key} and not a file or folder");
            return new FilePage([.. entries["File"]], [.. entries["Directory"]], root.Element("NextMarker")?.Value is { Length: > 0 } next ? next : null);
        }
        catch (Exception e) when (e is XmlException or NullReferenceException)
        {
            throw new ServiceException("the file service answered with something that is no list of files", inner: e);
        }
    }

    private static string Name(XElement element)
    {
        // A name that XML cannot hold comes encoded.
        var name = (string?)element.Attribute("Encoded") == "true" ? Uri.UnescapeDataString(element.Value) : element.Value;
        return name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0') ? throw PlainFile.Refused($"'{name.Replace('\0', '?')}' on the share leads out of its folder, or is no plain name") : name;
    }
}
