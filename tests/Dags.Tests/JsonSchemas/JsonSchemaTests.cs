using System.Text.Json;

namespace Updraft.Dags.Tests;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"integer"}""", "1", "1.5")]
    [InlineData("""{"type":"integer"}""", "1.0", "\"1\"")]
    [InlineData("""{"type":"number"}""", "1.5", "true")]
    [InlineData("""{"type":["string","null"]}""", "null", "1")]
    [InlineData("""{"type":"boolean"}""", "false", "0")]
    [InlineData("""{"type":"object"}""", "{}", "[]")]
    [InlineData("""{"type":"array"}""", "[]", "{}")]
    [InlineData("""{"enum":[1,"a",null]}""", "1.0", "2")]
    [InlineData("""{"const":{"a":1}}""", """{"a":1.0}""", """{"a":2}""")]
    [InlineData("""{"minimum":1}""", "1", "0.99")]
    [InlineData("""{"maximum":1}""", "1", "1.01")]
    [InlineData("""{"exclusiveMinimum":1}""", "1.01", "1")]
    [InlineData("""{"exclusiveMaximum":1}""", "0.99", "1")]
    [InlineData("""{"multipleOf":0.1}""", "0.3", "0.35")]
    [InlineData("""{"minLength":2}""", "\"ab\"", "\"\\uD83D\\uDE00\"")]
    [InlineData("""{"maxLength":1}""", "\"\\uD83D\\uDE00\"", "\"ab\"")]
    [InlineData("""{"pattern":"^a+$"}""", "\"aa\"", "\"ab\"")]
    [InlineData("""{"format":"date"}""", "\"2026-02-28\"", "\"2026-02-30\"")]
    [InlineData("""{"format":"date-time"}""", "\"2026-02-28T01:02:03+01:00\"", "\"2026-02-28\"")]
    [InlineData("""{"items":{"type":"integer"}}""", "[1,2]", "[1,\"2\"]")]
    [InlineData("""{"minItems":1}""", "[1]", "[]")]
    [InlineData("""{"maxItems":1}""", "[1]", "[1,2]")]
    [InlineData("""{"uniqueItems":true}""", "[1,2]", "[1,1.0]")]
    [InlineData("""{"properties":{"a":{"type":"integer"}}}""", """{"a":1,"b":2}""", """{"a":"x"}""")]
    [InlineData("""{"required":["a"]}""", """{"a":null}""", "{}")]
    [InlineData("""{"properties":{"a":true},"additionalProperties":false}""", """{"a":1}""", """{"b":1}""")]
    [InlineData("""{"additionalProperties":{"type":"integer"}}""", """{"a":1}""", """{"a":"x"}""")]
    [InlineData("""{"minProperties":1}""", """{"a":1}""", "{}")]
    [InlineData("""{"maxProperties":1}""", """{"a":1}""", """{"a":1,"b":1}""")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"minLength":2}]}""", "\"ab\"", "\"a\"")]
    [InlineData("""{"oneOf":[{"multipleOf":2},{"multipleOf":3}]}""", "4", "6")]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":2}]}""", "1", "3")]
    [InlineData("""{"not":{"type":"null"}}""", "1", "null")]
    [InlineData("""{"properties":{"a":false}}""", "{}", """{"a":1}""")]
    public void Validate_Keyword_HoldsAndBreaks(string schema, string fits, string breaks)
    {
        Assert.Empty(JsonSchema.Check(Json(schema)));
        Assert.Empty(JsonSchema.Validate(Json(schema), Json(fits)));
        Assert.Single(JsonSchema.Validate(Json(schema), Json(breaks)));
    }

    [Theory]
    [InlineData("""{"typ":"integer"}""", "typ", "did you mean 'type'?")]
    [InlineData("""{"$ref":"#/x"}""", "$ref", "not supported")]
    [InlineData("""{"type":"int"}""", "type", "integer")]
    [InlineData("""{"pattern":"(?=a)"}""", "pattern", "look-around")]
    [InlineData("""{"pattern":"("}""", "pattern", "regular expression")]
    [InlineData("""{"format":"email"}""", "format", "date-time")]
    [InlineData("""{"multipleOf":0}""", "multipleOf", "above 0")]
    [InlineData("""{"minLength":-1}""", "minLength", "from 0")]
    [InlineData("""{"enum":[]}""", "enum", "at least one")]
    [InlineData("""{"anyOf":[]}""", "anyOf", "at least one")]
    [InlineData("""{"properties":{"a":{"minimum":"1"}}}""", "properties.a.minimum", "a number")]
    [InlineData("""{"items":[{}]}""", "items", "a schema is")]
    public void Check_UnsoundSchema_SaysWhatAndWhere(string schema, string path, string hint)
    {
        var problem = Assert.Single(JsonSchema.Check(Json(schema)));
        Assert.Equal(path, problem.Path);
        Assert.Contains(hint, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_Nested_NamesThePath()
    {
        var schema = Json("""{"properties":{"a":{"items":{"properties":{"b c":{"type":"integer"}}}}}}""");
        Assert.Equal("a[1]['b c']", Assert.Single(JsonSchema.Validate(schema, Json("""{"a":[{},{"b c":"x"}]}"""))).Path);
    }

    [Fact]
    public void Validate_OpenValue_FitsEverything() =>
        Assert.Empty(JsonSchema.Validate(Json("""{"properties":{"a":{"type":"integer"}}}"""), Json("""{"a":"{{ x }}"}"""), value => value.ValueKind == JsonValueKind.String));

    [Fact]
    public void Validate_PatternThatBacktracksForEver_IsAnsweredAtOnce() =>
        Assert.Single(JsonSchema.Validate(Json("""{"pattern":"^(a+)+$"}"""), Json('"' + new string('a', 50_000) + "!\"")));

    [Theory]
    [InlineData("{}", "exactly one of a, b is to be given, and none is")]
    [InlineData("""{"a":1,"b":2}""", "exactly one of a, b is to be given, and a and b are")]
    public void Validate_ExactlyOneOfSeveralMembers_NamesThem(string value, string message)
    {
        var schema = Json("""{"oneOf":[{"required":["a"]},{"required":["b"]}]}""");
        Assert.Equal(message, Assert.Single(JsonSchema.Validate(schema, Json(value))).Message);
        Assert.Empty(JsonSchema.Validate(schema, Json("""{"b":2}""")));
        Assert.Single(JsonSchema.Validate(Json("""{"properties":{"a":{},"b":{}},"additionalProperties":false,"oneOf":[{"required":["a"]},{"required":["b"]}]}"""), Json("""{"aa":1}""")));
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
