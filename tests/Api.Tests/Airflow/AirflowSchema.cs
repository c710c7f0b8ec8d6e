using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;

namespace Updraft.Api.Tests;

/// <summary>
/// What Airflow's published schema says of an answer, in a shorthand: fields with their types, <c>?</c> where null is allowed, <c>~</c> where
/// the field may be missing. Further fields are allowed, as the schema allows them.
/// </summary>
internal static partial class AirflowSchema
{
    /// <summary>Fails unless a value fits.</summary>
    public static void Check(string name, JsonElement value) => Assert.Empty(Problems(name, value, name));

    /// <summary>Where a value does not fit a type.</summary>
    public static IEnumerable<string> Problems(string type, JsonElement value, string at)
    {
        if (type.EndsWith('?')) return value.ValueKind is JsonValueKind.Null ? [] : Problems(type[..^1], value, at);
        if (type.StartsWith('[')) return value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().SelectMany((each, index) => Problems(type[1..^1], each, $"{at}[{index}]")) : [$"{at} is no list"];
        if (type.StartsWith('(')) return value.ValueKind is JsonValueKind.String && type[1..^1].Split('|').Contains(value.GetString()) ? [] : [$"{at} is {value}, which is none of {type}"];
        if (AirflowFacts.Answers.TryGetValue(type, out var fields)) return ProblemsOf(fields, value, at);
        return Fits(type, value) ? [] : [$"{at} is {value}, and should be {type}"];
    }

    private static IEnumerable<string> ProblemsOf(string fields, JsonElement value, string at)
    {
        if (value.ValueKind is not JsonValueKind.Object) return [$"{at} is no object"];
        return fields.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).SelectMany(field =>
        {
            var (name, type) = (field[..field.IndexOf(':', StringComparison.Ordinal)], field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            if (value.TryGetProperty(name.TrimEnd('~'), out var there)) return Problems(type, there, $"{at}.{name.TrimEnd('~')}");
            return name.EndsWith('~') ? [] : [$"{at}.{name} is missing"];
        });
    }

    private static bool Fits(string type, JsonElement value) => type switch
    {
        "any" => true,
        "text" => value.ValueKind is JsonValueKind.String,
        "flag" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "int" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind is JsonValueKind.Number,
        "object" => value.ValueKind is JsonValueKind.Object,
        "time" => value.ValueKind is JsonValueKind.String && Time().IsMatch(value.GetString()!) && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _),
        "uuid" => value.ValueKind is JsonValueKind.String && Guid.TryParse(value.GetString(), out _),
        "span" => value.ValueKind is JsonValueKind.String && XmlConvert.ToTimeSpan(value.GetString()!) >= TimeSpan.Zero,
        _ => throw new ArgumentException($"no type '{type}'", nameof(type)),
    };

    // RFC 3339, which is what date-time means.
    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Time();
}
