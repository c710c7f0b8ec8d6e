using System.Text.Json;
using System.Text.RegularExpressions;

namespace Updraft.Dags;

/// <summary>One pass of a value against a sound schema.</summary>
internal sealed class SchemaValidation(Func<JsonElement, bool> isOpen)
{
    public List<SchemaProblem> Problems { get; } = [];

    public void Value(JsonElement schema, JsonElement value, string path)
    {
        if (schema.ValueKind == JsonValueKind.True || isOpen(value)) return;
        if (schema.ValueKind == JsonValueKind.False)
        {
            Report(path, "is not allowed here");
            return;
        }
        if (schema.TryGetProperty("type", out var type) && !Types(type).Any(name => Is(name, value)))
        {
            Report(path, $"must be {string.Join(" or ", Types(type).Select(Article))}, and is {Kind(value)}");
            return;
        }
        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => Same(word, value)))
            Report(path, $"must be one of {string.Join(", ", words.EnumerateArray().Take(20).Select(Show))}, and is {Show(value)}");
        if (schema.TryGetProperty("const", out var constant) && !Same(constant, value)) Report(path, $"must be {Show(constant)}, and is {Show(value)}");

        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                Number(schema, value, path);
                break;
            case JsonValueKind.String:
                Text(schema, value.GetString()!, path);
                break;
            case JsonValueKind.Array:
                List(schema, value, path);
                break;
            case JsonValueKind.Object:
                Object(schema, value, path);
                break;
        }
        Combinations(schema, value, path);
    }

    private void Number(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("minimum", out var bound) && SchemaNumber.Compare(value, bound) < 0) Report(path, $"must be at least {bound}, and is {value}");
        if (schema.TryGetProperty("maximum", out bound) && SchemaNumber.Compare(value, bound) > 0) Report(path, $"must be at most {bound}, and is {value}");
        if (schema.TryGetProperty("exclusiveMinimum", out bound) && SchemaNumber.Compare(value, bound) <= 0) Report(path, $"must be above {bound}, and is {value}");
        if (schema.TryGetProperty("exclusiveMaximum", out bound) && SchemaNumber.Compare(value, bound) >= 0) Report(path, $"must be below {bound}, and is {value}");
        if (schema.TryGetProperty("multipleOf", out bound) && !SchemaNumber.IsMultiple(value, bound)) Report(path, $"must be a multiple of {bound}, and is {value}");
    }

    private void Text(JsonElement schema, string value, string path)
    {
        Count(schema, "minLength", "maxLength", value.EnumerateRunes().Count(), "characters", path);
        if (schema.TryGetProperty("pattern", out var pattern) && SchemaPattern.TryCreate(pattern.GetString()!, out var regex) && !Matches(regex!, value))
            Report(path, $"must match the pattern {pattern.GetString()}, and is {Shorten(value)}");
        if (!schema.TryGetProperty("format", out var format)) return;
        var fits = format.GetString() switch
        {
            "date" => NodaTime.Text.LocalDatePattern.Iso.Parse(value).Success,
            "date-time" => NodaTime.Text.OffsetDateTimePattern.Rfc3339.Parse(value).Success,
            _ => true,
        };
        if (!fits) Report(path, $"must be a {format.GetString()} as in {(format.GetString() == "date" ? "2026-03-29" : "2026-03-29T02:30:00Z")}, and is {Shorten(value)}");
    }

    private void List(JsonElement schema, JsonElement value, string path)
    {
        Count(schema, "minItems", "maxItems", value.GetArrayLength(), "items", path);
        if (schema.TryGetProperty("items", out var items))
        {
            foreach (var (index, item) in value.EnumerateArray().Index()) Value(items, item, $"{path}[{index}]");
        }
        if (!schema.TryGetProperty("uniqueItems", out var unique) || !unique.GetBoolean()) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            if (!seen.Add(Canonical(item))) Report($"{path}[{index}]", "stands in the list twice");
        }
    }

    private void Object(JsonElement schema, JsonElement value, string path)
    {
        Count(schema, "minProperties", "maxProperties", value.GetPropertyCount(), "members", path);
        var known = schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().ToDictionary(property => property.Name, property => property.Value) : [];
        foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(item => item.GetString()!) : [])
        {
            if (!value.TryGetProperty(name, out _)) Report(path, $"'{name}' is missing");
        }
        var others = schema.TryGetProperty("additionalProperties", out var additional) ? additional : (JsonElement?)null;
        foreach (var member in value.EnumerateObject())
        {
            var at = Templates.Member(path, member.Name);
            if (known.TryGetValue(member.Name, out var property)) Value(property, member.Value, at);
            else if (others is { ValueKind: JsonValueKind.False }) Report(at, $"'{member.Name}' is no field of this{Suggestion.For(member.Name, known.Keys)}");
            else if (others is { } rest) Value(rest, member.Value, at);
        }
    }

    private void Combinations(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("allOf", out var all))
        {
            foreach (var each in all.EnumerateArray()) Value(each, value, path);
        }
        if (schema.TryGetProperty("anyOf", out var any))
        {
            var tries = any.EnumerateArray().Select(each => Try(each, value, path)).ToList();
            if (tries.TrueForAll(problems => problems.Count > 0)) Problems.AddRange(Nearest(tries));
        }
        if (schema.TryGetProperty("oneOf", out var one))
        {
            var tries = one.EnumerateArray().Select(each => Try(each, value, path)).ToList();
            var fitting = tries.Count(problems => problems.Count == 0);
            if (fitting != 1 && value.ValueKind == JsonValueKind.Object && ExactlyOne(one) is { } names)
            {
                // What is misspelt is told of already, and may be the one that is missed.
                if (fitting > 1 || !HasUnknown(schema, value)) Report(path, $"exactly one of {string.Join(", ", names)} is to be given, and {(fitting == 0 ? "none is" : string.Join(" and ", names.Where(name => value.TryGetProperty(name, out _))) + " are")}");
            }
            else if (fitting == 0) Problems.AddRange(Nearest(tries));
            else if (fitting > 1) Report(path, $"fits {fitting} alternatives of which it must fit one");
        }
        if (schema.TryGetProperty("not", out var not) && Try(not, value, path).Count == 0) Report(path, $"is not allowed to be {Show(value)}");
    }

    private static bool HasUnknown(JsonElement schema, JsonElement value) =>
        schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.False && schema.TryGetProperty("properties", out var known) && value.EnumerateObject().Any(member => !known.TryGetProperty(member.Name, out _));

    /// <summary>The members of which exactly one must be there, where that is all that the alternatives say; null otherwise.</summary>
    private static List<string>? ExactlyOne(JsonElement alternatives)
    {
        var names = new List<string>();
        foreach (var each in alternatives.EnumerateArray())
        {
            if (each.ValueKind != JsonValueKind.Object || each.GetPropertyCount() != 1 || !each.TryGetProperty("required", out var required) || required.GetArrayLength() != 1) return null;
            names.Add(required[0].GetString()!);
        }
        return names;
    }

    private List<SchemaProblem> Try(JsonElement schema, JsonElement value, string path)
    {
        var inner = new SchemaValidation(isOpen);
        inner.Value(schema, value, path);
        return inner.Problems;
    }

    /// <summary>Of several alternatives, the one that the author most likely meant: whose problems lie deepest, then fewest.</summary>
    private static List<SchemaProblem> Nearest(List<List<SchemaProblem>> tries) =>
        tries.OrderByDescending(problems => problems.Max(problem => problem.Path.Length)).ThenBy(problems => problems.Count).First();

    private void Count(JsonElement schema, string least, string most, int count, string what, string path)
    {
        if (schema.TryGetProperty(least, out var bound) && count < bound.GetInt32()) Report(path, $"must have at least {bound} {what}, and has {count}");
        if (schema.TryGetProperty(most, out bound) && count > bound.GetInt32()) Report(path, $"must have at most {bound} {what}, and has {count}");
    }

    private static bool Matches(Regex regex, string value)
    {
        try
        {
            return regex.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Types(JsonElement type) => type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(each => each.GetString()!) : [type.GetString()!];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && SchemaNumber.IsWhole(value),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind == JsonValueKind.Null,
    };

    private static string Article(string type) => type switch
    {
        "null" => "null",
        "integer" => "a whole number",
        "array" => "a list",
        "object" => "an object",
        "string" => "text",
        "boolean" => "true or false",
        _ => $"a {type}",
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text {Shorten(value.GetString()!)}",
        _ => value.GetRawText(),
    };

    private static string Show(JsonElement value) => value.ValueKind == JsonValueKind.String ? Shorten(value.GetString()!) : Canonical(value) is { Length: > 60 } text ? text[..60] + "…" : Canonical(value);

    private static string Shorten(string text) => text.Length > 60 ? $"'{text[..60].ReplaceLineEndings(" ")}…'" : $"'{text.ReplaceLineEndings(" ")}'";

    private static bool Same(JsonElement a, JsonElement b) => Canonical(a) == Canonical(b);

    private static string Canonical(JsonElement value)
    {
        var writer = new CanonicalWriter();
        CanonicalJson.Write(writer, value);
        return writer.ToString();
    }

    private void Report(string path, string message) => Problems.Add(new SchemaProblem(path, message));
}
