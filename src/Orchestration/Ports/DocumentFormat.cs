using System.Globalization;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Documents that last carry the version of their format in a first member <c>format</c>. Older ones are read as they are; what they lack has
/// a default. Newer ones are refused, whatever they say.
/// </summary>
public static class DocumentFormat
{
    /// <summary>The newest that this version knows. Raised when an older version must not read what this one writes.</summary>
    public const int Newest = 1;

    private static ReadOnlySpan<byte> Member => "{\"format\":"u8;

    /// <summary>The value of a document.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="ActorErrors.NewerDocument"/>.</exception>
    public static T Read<T>(string path, ReadOnlySpan<byte> json)
    {
        if (json.StartsWith(Member) && FormatOf(json[Member.Length..]) is var format and > Newest) throw ActorErrors.NewerOf(path, format);
        return JsonSerializer.Deserialize<T>(json, OrchestrationJson.Options)!;
    }

    private static int FormatOf(ReadOnlySpan<byte> json)
    {
        var end = json.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end > 0 && int.TryParse(json[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var format) ? format : 0;
    }
}
