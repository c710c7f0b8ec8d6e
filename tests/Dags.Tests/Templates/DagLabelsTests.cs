using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags.Tests;

public sealed class DagLabelsTests
{
    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary<string, string>.Empty;

    [Theory]
    [InlineData("{{ params.region }}", """{"region":"north"}""", "north")]
    [InlineData("{{ params.region }}", """{"region":42}""", "42")]
    [InlineData("{{ params.region }}", """{"region":""}""", "")]
    [InlineData("of {{ params.region }}, {{ conf.day | upper }}", """{"region":true}""", "of true, MON")]
    [InlineData("{{ conf.nothing | default('none') }}", "{}", "none")]
    [InlineData("constant", "{}", "constant")]
    public void Of_TemplateOverParamsAndConf_IsEvaluated(string template, string given, string value) => Assert.Equal(value, Of(template, given)["region"]);

    [Fact]
    public void Of_WhatTheTriggerGives_WinsAndIsTakenAsItIs()
    {
        var labels = DagLabels.Of(Dag("{{ params.none }}"), None.Add("region", "{{ south }}").Add("why", "test"), Json("{}"), Json("{}"));

        Assert.Equal([new("fixed", "f"), new("region", "{{ south }}"), new("why", "test")], labels);
    }

    [Theory]
    [InlineData("{{ params.region }}", "{}", "'params.region' has no value")]
    [InlineData("{{ params.region }}", """{"region":null}""", "null")]
    [InlineData("{{ params.region }}", """{"region":["s3cr3t"]}""", "a list")]
    [InlineData("{{ params.region }}", """{"region":"s3cr3t\u001b"}""", "printable")]
    [InlineData("{{ run.id }}", "{}", "'run.id' has no value")]
    public void Of_NoText_IsRefusedWithoutItsValue(string template, string given, string part)
    {
        var failure = Assert.Throws<UpdraftException>(() => Of(template, given));

        Assert.Equal(DagErrors.BadLabel, failure.Code);
        Assert.StartsWith("the label 'region' of a run of DAG 'd' cannot be made: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_LongerThan256Characters_IsRefused()
    {
        Assert.Equal(256, Of("{{ params.region }}", $$"""{"region":"{{new string('x', 256)}}"}""")["region"].Length);
        Assert.Contains("257 characters", Assert.Throws<UpdraftException>(() => Of("{{ params.region }}", $$"""{"region":"{{new string('x', 257)}}"}""")).Message, StringComparison.Ordinal);
    }

    private static ImmutableSortedDictionary<string, string> Of(string template, string @params) => DagLabels.Of(Dag(template), None, Json(@params), Json("""{"day":"mon"}"""));

    private static DagSpec Dag(string template) => new() { Name = "d", Labels = None.Add("region", template).Add("fixed", "f"), Tasks = [] };

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
