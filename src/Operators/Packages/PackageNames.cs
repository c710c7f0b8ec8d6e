using System.Text;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Names of the files of a package that somebody sends: none leads out of the package, and none is there twice.</summary>
internal sealed class PackageNames
{
    private const int MaxSegment = 255;
    private const int MaxPath = 1_000;
    private const int MaxDepth = 32;

    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Takes the name of a file.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Package"/>.</exception>
    public void Add(string name)
    {
        var segments = name.Split('/');
        if (name.Length > MaxPath || segments.Length > MaxDepth) throw Refused(name, "is too long");
        if (segments.Any(segment => segment is "" or "." or ".." || Encoding.UTF8.GetByteCount(segment) > MaxSegment)) throw Refused(name, "is no path within a package");
        if (name.Any(c => c is '\\' or ':' || char.IsControl(c) || c == '\uFFFD')) throw Refused(name, "has characters that a path may not have");
        if (segments is not ([DagPackage.DescriptionFile] or [DagPackage.BinFolder or DagPackage.FilesFolder, _, ..])) throw Refused(name, $"is neither {DagPackage.DescriptionFile} nor in {DagPackage.BinFolder} or {DagPackage.FilesFolder}");
        if (!_files.Add(name)) throw Refused(name, "is there twice");
        var isFolder = _folders.Contains(name);
        for (var depth = 1; depth < segments.Length; depth++)
        {
            var folder = string.Join('/', segments[..depth]);
            _folders.Add(folder);
            isFolder |= _files.Contains(folder);
        }
        if (isFolder) throw Refused(name, "is a file and a folder");
    }

    /// <summary>A name as it can be shown.</summary>
    public static string Shown(string name) => string.Concat(name.Take(100).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    private static UpdraftException Refused(string name, string why) => new(OperatorErrors.Package, $"the package is refused: '{Shown(name)}' {why}");
}
