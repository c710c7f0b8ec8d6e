using System.Text.Json;

namespace Updraft.Operators;

/// <summary>What is waited for, apart from how.</summary>
internal static class WaitCondition
{
    private static readonly HashSet<string> HowToWait = [.. typeof(WaitFields).GetProperties().Select(OperatorFields.NameOf)];

    /// <summary>The fields of a sensor but those of <see cref="WaitFields"/>.</summary>
    public static JsonElement Of(JsonElement fields) => fields.ValueKind is JsonValueKind.Object
        ? JsonSerializer.SerializeToElement(fields.EnumerateObject().Where(field => !HowToWait.Contains(field.Name)).ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal))
        : fields;
}
