using System.Text;

namespace Updraft.Dags;

/// <summary>The files of a DAG, each read once, as text or as a tree. Stops at what is missing, too large, or no text.</summary>
internal sealed class DagFolder(IDagFiles files, List<Problem> problems)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TreeNode> _trees = new(StringComparer.Ordinal);

    public TreeNode Tree(string file, Place asked) =>
        _trees.TryGetValue(file, out var tree) ? tree : _trees[file] = YamlTree.Read(Text(file, asked), file, problems);

    /// <param name="file">A path within the folder.</param>
    /// <param name="asked">Where the file is named.</param>
    public string Text(string file, Place asked)
    {
        if (_texts.TryGetValue(file, out var known)) return known;
        if (_texts.Count >= YamlLimits.Files) throw Stop(DagErrors.TooLarge, asked, $"the DAG is made of more than {YamlLimits.Files} files");
        try
        {
            using var stream = files.Open(file) ?? throw Stop(DagErrors.BadFile, asked, $"there is no file '{file}' in the DAG's folder");
            var text = Strict.GetString(Read(stream, file));
            if (text.StartsWith('\uFEFF')) text = text[1..];
            if (text.IndexOf('\0') is var nul and >= 0) throw Stop(DagErrors.BadFile, new Place("", file, 1 + text.AsSpan(0, nul).Count('\n')), "the file has a NUL character; it is no text");
            return _texts[file] = text;
        }
        catch (DecoderFallbackException e)
        {
            throw Stop(DagErrors.BadFile, new Place("", file), $"the file is no UTF-8 text (byte {e.Index})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop(DagErrors.BadFile, asked, $"the file '{file}' cannot be read: {e.Message}");
        }
    }

    private static byte[] Read(Stream stream, string file)
    {
        var buffer = new byte[YamlLimits.FileBytes + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (length > YamlLimits.FileBytes) throw Stop(DagErrors.TooLarge, new Place("", file), $"the file is larger than {YamlLimits.FileBytes / 1024} KB");
        return buffer[..length];
    }

    private static YamlStop Stop(string code, Place place, string message) => new(new Problem(code, place, message));
}
