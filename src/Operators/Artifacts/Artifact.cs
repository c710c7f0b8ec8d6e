using System.Text.Json;
using System.Text.Json.Serialization;

namespace Updraft.Operators;

/// <summary>
/// A file or folder that a task hands over: what stands in the task's output in its place. The bytes lie in a blob under the run that made
/// it, and go with that run.
/// </summary>
public sealed record Artifact
{
    /// <summary>Its name, as the task declares it.</summary>
    [JsonPropertyName("artifact")]
    public required string Name { get; init; }

    /// <summary>Where its bytes are: those of the file, or a tar of the folder.</summary>
    public required string Blob { get; init; }

    /// <summary>Whether it is a folder.</summary>
    public bool Folder { get; init; }

    /// <summary>Length of the blob.</summary>
    public required long Bytes { get; init; }

    /// <summary>Checksum of the blob, in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Run that made it.</summary>
    public required string Run { get; init; }

    /// <summary>Full id of the task that made it.</summary>
    public required string Task { get; init; }

    /// <summary>Until when it can be read; null for as long as the outputs of its run are kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The artifact that a value stands for; null when it is any other value.</summary>
    public static Artifact? Of(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("artifact", out _) || !value.TryGetProperty("sha256", out _)) return null;
        try
        {
            return value.Deserialize<Artifact>(CodeJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
