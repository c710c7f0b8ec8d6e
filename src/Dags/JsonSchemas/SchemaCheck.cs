using System.Text.Json;
using System.Text.RegularExpressions;

namespace Updraft.Dags;

/// <summary>Judges a schema itself: known keywords, rightly used.</summary>
internal sealed class SchemaCheck
{
    public static readonly string[] Types = ["string", "number", "integer", "boolean", "object", "array", "null"];

    public static readonly string[] Formats = ["date", "date-time"];

    private static readonly string[] Keywords =
    [
        "$comment", "$schema", "additionalProperties", "allOf", "anyOf", "const", "default", "deprecated", "description", "enum", "examples",
        "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength",
        "minProperties", "minimum", "multipleOf", "not", "oneOf", "pattern", "properties", "required", "title", "type", "uniqueItems",
    ];

    public List<SchemaProblem> Problems { get; } = [];

    public void Schema(JsonElement schema, string path)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False) return;
        if (schema.ValueKind != JsonValueKind.Object)
        {
            Report(path, "a schema is an object, true or false");
            return;
        }
        foreach (var keyword in schema.EnumerateObject()) Keyword(keyword.Name, keyword.Value, Templates.Member(path, keyword.Name));
    }

    private void Keyword(string name, JsonElement value, string path)
    {
        switch (name)
        {
            case "type":
                Require(AllOf(value, type => type.ValueKind == JsonValueKind.String && Types.Contains(type.GetString())), path, $"must be one or a list of {string.Join(", ", Types)}");
                break;
            case "enum":
                Require(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, path, "must be a list with at least one value");
                break;
            case "required":
                Require(value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String), path, "must be a list of names");
                break;
            case "properties" when value.ValueKind == JsonValueKind.Object:
                foreach (var property in value.EnumerateObject()) Schema(property.Value, Templates.Member(path, property.Name));
                break;
            case "properties":
                Report(path, "must be an object of schemas");
                break;
            case "items" or "additionalProperties" or "not":
                Schema(value, path);
                break;
            case "anyOf" or "oneOf" or "allOf":
                Schemas(value, path);
                break;
            case "pattern":
                Require(value.ValueKind == JsonValueKind.String && SchemaPattern.TryCreate(value.GetString()!, out _), path, "must be a regular expression of at most 500 characters, without look-around and back-references");
                break;
            case "format":
                Require(value.ValueKind == JsonValueKind.String && Formats.Contains(value.GetString()), path, $"must be one of {string.Join(", ", Formats)}; write other forms as a pattern");
                break;
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum":
                Require(value.ValueKind == JsonValueKind.Number, path, "must be a number");
                break;
            case "multipleOf":
                Require(value.ValueKind == JsonValueKind.Number && SchemaNumber.Of(value) > 0, path, "must be a number above 0");
                break;
            case "minItems" or "maxItems" or "minLength" or "maxLength" or "minProperties" or "maxProperties":
                Require(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0, path, "must be a whole number from 0");
                break;
            case "uniqueItems":
                Require(value.ValueKind is JsonValueKind.True or JsonValueKind.False, path, "must be true or false");
                break;
            default:
                Require(Keywords.Contains(name), path, $"the keyword '{name}' is not supported{Suggestion.For(name, Keywords)}");
                break;
        }
    }

    private void Schemas(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Report(path, "must be a list of at least one schema");
            return;
        }
        foreach (var (index, schema) in value.EnumerateArray().Index()) Schema(schema, $"{path}[{index}]");
    }

    private static bool AllOf(JsonElement value, Func<JsonElement, bool> holds) =>
        value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() > 0 && value.EnumerateArray().All(holds) : holds(value);

    private void Require(bool holds, string path, string message)
    {
        if (!holds) Report(path, message);
    }

    private void Report(string path, string message) => Problems.Add(new SchemaProblem(path, message));
}

/// <summary>Regular expressions that take linear time, whatever the text.</summary>
internal static class SchemaPattern
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    public static bool TryCreate(string pattern, out Regex? regex)
    {
        regex = null;
        if (pattern.Length > 500) return false;
        try
        {
            regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Timeout);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}

/// <summary>Numbers of schemas and values: exact where a decimal holds them, else as doubles.</summary>
internal static class SchemaNumber
{
    public static double Of(JsonElement number) => number.GetDouble();

    public static int Compare(JsonElement a, JsonElement b) =>
        a.TryGetDecimal(out var exactA) && b.TryGetDecimal(out var exactB) ? exactA.CompareTo(exactB) : Of(a).CompareTo(Of(b));

    public static bool IsWhole(JsonElement number) => number.TryGetDecimal(out var exact) ? decimal.Truncate(exact) == exact : Math.Truncate(Of(number)) == Of(number);

    public static bool IsMultiple(JsonElement number, JsonElement of) =>
        number.TryGetDecimal(out var exact) && of.TryGetDecimal(out var unit) && unit != 0 ? exact % unit == 0 : Math.IEEERemainder(Of(number), Of(of)) == 0;
}
