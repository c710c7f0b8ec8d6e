using System.Text.Json;

namespace Updraft.Dags.Tests;

public sealed class BusinessKeysTests
{
    [Theory]
    [InlineData("{{ params.user }}", """{"user":"u-7"}""", "u-7")]
    [InlineData("{{ params.user }}", """{"user":42}""", "42")]
    [InlineData("{{ params.user }}/{{ conf.day }}", """{"user":true}""", "true/mon")]
    [InlineData("{{ params.user.id | upper }}", """{"user":{"id":"ü"}}""", "Ü")]
    [InlineData("{{ params.user }}", """{"user":true}""", "true")]
    [InlineData("{{ conf.nothing | default('none') }}", "{}", "none")]
    [InlineData("constant", "{}", "constant")]
    public void Of_TemplateOverParamsAndConf_IsEvaluated(string template, string given, string key) =>
        Assert.Equal(key, BusinessKeys.Of(Dag(template), Json(given), Json("""{"day":"mon"}""")));

    [Fact]
    public void Of_DagWithoutKey_IsNull() => Assert.Null(BusinessKeys.Of(Dag(null), Json("{}"), Json("{}")));

    [Theory]
    [InlineData("{{ params.user }}", "{}", "'params.user' has no value")]
    [InlineData("{{ params.user }}", """{"user":""}""", "0 characters")]
    [InlineData("{{ params.user }}", """{"user":null}""", "null")]
    [InlineData("{{ params.user }}", """{"user":[1]}""", "a list")]
    [InlineData("{{ params.user }}", """{"user":{}}""", "an object")]
    [InlineData("{{ params.user }}", """{"user":"a\nb"}""", "printable")]
    [InlineData("{{ params }}", "{}", "an object")]
    [InlineData("{{ run.id }}", "{}", "'run.id' has no value")]
    public void Of_NoText_IsRefused(string template, string given, string part)
    {
        var failure = Assert.Throws<UpdraftException>(() => BusinessKeys.Of(Dag(template), Json(given), Json("{}")));
        Assert.Equal(DagErrors.BadBusinessKey, failure.Code);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.Contains("the business key of DAG 'd' cannot be made", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_LongerThan200Characters_IsRefused()
    {
        Assert.Equal(200, BusinessKeys.Of(Dag("{{ params.user }}"), Json($$"""{"user":"{{new string('x', 200)}}"}"""), Json("{}"))!.Length);
        Assert.Throws<UpdraftException>(() => BusinessKeys.Of(Dag("{{ params.user }}"), Json($$"""{"user":"{{new string('x', 201)}}"}"""), Json("{}")));
    }

    private static DagSpec Dag(string? key) => new() { Name = "d", BusinessKey = key, Tasks = [] };

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
