using System.Text.Json.Nodes;

namespace Updraft.Dags;

/// <summary>What a field takes: in words, and as a JSON schema.</summary>
internal sealed record FieldType(string Words, Func<JsonObject> Schema)
{
    public static readonly FieldType Text = new("text", () => new JsonObject { ["type"] = "string" });
    public static readonly FieldType Template = new("template", () => new JsonObject { ["type"] = "string" });
    public static readonly FieldType Flag = new("true or false", () => new JsonObject { ["type"] = "boolean" });
    public static readonly FieldType Any = new("any JSON", () => []);
    public static readonly FieldType Schematic = new("JSON schema", () => new JsonObject { ["type"] = new JsonArray("object", "boolean") });
    public static readonly FieldType Duration = new("duration", () => Matching("^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"));
    public static readonly FieldType Instant = new("date or time", () => new JsonObject { ["type"] = "string" });
    public static readonly FieldType Name = new("name", () => Matching("^[A-Za-z0-9_.-]{1,64}$"));
    public static readonly FieldType Strings = new("mapping of text", () => new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } });
    public static readonly FieldType Items = new("list, or a template of one expression", () => new JsonObject { ["type"] = new JsonArray("array", "string") });

    public static readonly FieldType Texts = new("list of text, or one text", () => AnyOf(
        new JsonObject { ["type"] = "string" },
        new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } }));

    public static readonly FieldType Pools = new("mapping from pools to slots, or a list of pools", () => AnyOf(
        new JsonObject { ["type"] = "string" },
        new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
        new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1 } }));

    /// <summary>What is said of datasets has a definition of its own, because it nests.</summary>
    public static readonly FieldType Datasets = new("text, a list of which all must have landed, or [datasets](#datasets)", () => Reference("dataset_condition"));

    public static readonly FieldType DatasetList = new("list of text or [datasets](#datasets)", () => new JsonObject { ["type"] = "array", ["items"] = Reference("dataset_condition"), ["minItems"] = 1 });

    public static FieldType Integer(int least, int most = int.MaxValue) => new(
        most == int.MaxValue ? $"integer from {least}" : $"integer from {least} to {most}",
        () => most == int.MaxValue
            ? new JsonObject { ["type"] = "integer", ["minimum"] = least }
            : new JsonObject { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most });

    public static FieldType Number(double least, double most) => new($"number from {least} to {most}", () => new JsonObject { ["type"] = "number", ["minimum"] = least, ["maximum"] = most });

    public static FieldType Above(double least) => new($"number above {least}", () => new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = least });

    public static readonly FieldType AnyInteger = new("integer", () => new JsonObject { ["type"] = "integer" });

    public static FieldType Word<T>()
        where T : struct, Enum => new(
            string.Join(", ", EnumNames.All<T>().Select(name => $"`{name}`")),
            () => new JsonObject { ["enum"] = new JsonArray([.. EnumNames.All<T>().Select(name => JsonValue.Create(name))]) });

    public static FieldType Object(string shape) => new($"[{shape}](#{shape})", () => Reference(shape));

    public static FieldType ObjectOr(string shape, FieldType other) => new($"[{shape}](#{shape}), or {other.Words}", () => AnyOf(Reference(shape), other.Schema()));

    /// <summary>Some of a shape, or of another type, as a list or as one alone.</summary>
    public static FieldType Several(string shape, FieldType? other = null)
    {
        return new(other is null ? $"list of [{shape}](#{shape}), or one" : $"list of {other.Words} or [{shape}](#{shape}), or one", () => AnyOf([.. One(), new JsonObject { ["type"] = "array", ["items"] = Item() }]));

        JsonObject[] One() => other is null ? [Reference(shape)] : [other.Schema(), Reference(shape)];
        JsonObject Item() => One() is [var only] ? only : AnyOf(One());
    }

    public static FieldType Named(string shape) => new(
        $"mapping from names to [{shape}](#{shape})",
        () => new JsonObject { ["type"] = "object", ["additionalProperties"] = Reference(shape) });

    public static JsonObject Reference(string shape) => new() { ["$ref"] = $"#/$defs/{shape}" };

    private static JsonObject Matching(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    public static JsonObject AnyOf(params JsonObject[] schemas) => new() { ["anyOf"] = new JsonArray([.. schemas]) };
}

/// <summary>One field of the YAML and JSON form.</summary>
/// <param name="Name">As authors write it.</param>
/// <param name="Type">What it takes.</param>
/// <param name="Default">What holds when it is left out; null when it must be given.</param>
/// <param name="Doc">What it means, in a sentence or two.</param>
internal sealed record Field(string Name, FieldType Type, string? Default, string Doc);

/// <summary>One kind of mapping: its fields in canonical order.</summary>
internal sealed record Shape(string Name, string Doc, params Field[] Fields)
{
    public bool Has(string field) => Fields.Any(each => each.Name == field);
}
