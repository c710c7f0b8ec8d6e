using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>
/// A strict part of JSON Schema (draft 2020-12), enough for params and operators' fields: <c>type, enum, const, properties, required,
/// additionalProperties, items, minItems, maxItems, uniqueItems, minLength, maxLength, pattern, format</c> (<c>date</c>, <c>date-time</c>)
/// <c>, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minProperties, maxProperties, anyOf, oneOf, allOf, not</c>, and for
/// people <c>title, description, default, examples, deprecated, $schema, $comment</c>. Any other keyword is refused, so that none is ignored.
/// </summary>
public static class JsonSchema
{
    /// <summary>What is wrong with a schema itself; empty for a sound one.</summary>
    public static ImmutableArray<SchemaProblem> Check(JsonElement schema)
    {
        var check = new SchemaCheck();
        check.Schema(schema, "");
        return [.. check.Problems];
    }

    /// <summary>How a value does not fit; empty when it fits. The schema must be sound (<see cref="Check"/>).</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="value">The value.</param>
    /// <param name="isOpen">Tells values that are not known yet, as templates: they fit everything. Null for none.</param>
    public static ImmutableArray<SchemaProblem> Validate(JsonElement schema, JsonElement value, Func<JsonElement, bool>? isOpen = null)
    {
        var validation = new SchemaValidation(isOpen ?? (static _ => false));
        validation.Value(schema, value, "");
        return [.. validation.Problems];
    }
}
