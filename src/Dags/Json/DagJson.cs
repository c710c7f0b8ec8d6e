using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>
/// The one canonical JSON form of a DAG: the YAML form, with every default left out, members in a fixed order, maps and operator fields
/// sorted by name, numbers in one spelling (<c>1.0</c> is <c>1</c>), durations and times as canonical text. Its SHA-256 names the DAG.
/// </summary>
public static class DagJson
{
    /// <summary>Largest canonical form, in bytes of UTF-8.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>Deepest nesting of the canonical form.</summary>
    public const int MaxDepth = 64;

    /// <summary>The canonical form.</summary>
    /// <exception cref="UpdraftException"><see cref="DagErrors.TooLarge"/>: it exceeds <see cref="MaxBytes"/>; <see cref="DagErrors.BadValue"/>: a value has no JSON form.</exception>
    public static string Serialize(DagSpec dag)
    {
        string json;
        try
        {
            json = DagWriter.Write(dag);
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException or InvalidOperationException)
        {
            throw new UpdraftException(DagErrors.BadValue, $"DAG '{dag.Name}': {e.Message}", e);
        }
        var bytes = Encoding.UTF8.GetByteCount(json);
        return bytes <= MaxBytes ? json : throw new UpdraftException(DagErrors.TooLarge, TooLarge(dag.Name, bytes));
    }

    /// <summary>Reads the canonical form, or any JSON of the same shape.</summary>
    /// <exception cref="UpdraftException">The text is no DAG; the message lists all that is wrong with its form. What it means is not checked.</exception>
    public static DagSpec Parse(string json)
    {
        if (Encoding.UTF8.GetByteCount(json) > MaxBytes) throw new UpdraftException(DagErrors.TooLarge, $"the JSON of a DAG is at most {MaxBytes / 1024} KB; move scripts and lists to files");
        var context = new DagReadContext();
        DagSpec? dag;
        try
        {
            dag = DagReader.Read(TreeJson.Of(CanonicalJson.Parse(json)), context);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new UpdraftException(DagErrors.BadJson, $"the text is no JSON of a DAG: {e.Message}", e);
        }
        return context.Problems.Count == 0 ? dag! : throw Problems.ToException(context.Problems);
    }

    /// <summary>The name of a DAG's version: SHA-256 of its canonical form, in lower-case hex.</summary>
    /// <inheritdoc cref="Serialize" path="/exception"/>
    public static string Hash(DagSpec dag) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Serialize(dag))));

    internal static string TooLarge(string name, int bytes) =>
        $"DAG '{name}' is {bytes / 1024} KB as JSON, and may be {MaxBytes / 1024} KB; move scripts and lists to files, or split it";
}
