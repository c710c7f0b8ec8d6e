using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags.Tests;

public sealed class ConfCheckTests
{
    private static readonly ImmutableSortedDictionary<string, ParamSpec> Params = DagYaml.Read("""
        name: d
        params:
          day: {schema: {type: string, format: date}, description: the day to load}
          size: {schema: {type: integer, minimum: 1}, default: 10}
          any: {default: null}
        tasks: {t: {shell: {}}}
        """).Dags.Single().Dag.Params;

    [Fact]
    public void Apply_Fitting_FillsInDefaults()
    {
        var result = ConfCheck.Apply(Params, Json("""{"day":"2026-03-29"}"""));
        Assert.Empty(result.Problems);
        Assert.Equal("""{"any":null,"day":"2026-03-29","size":10}""", result.Params.GetRawText());
    }

    [Fact]
    public void Apply_GivenNull_IsAValueAndNotTheDefault() =>
        Assert.Equal("conf.size", Assert.Single(ConfCheck.Apply(Params, Json("""{"day":"2026-03-29","size":null}""")).Problems).Place.Path);

    [Fact]
    public void Apply_EverythingWrong_FindsAllAtOnce()
    {
        var result = ConfCheck.Apply(Params, Json("""{"day":"today","size":0,"sizes":1}"""));
        Assert.Equal(["conf.sizes", "conf.day", "conf.size"], result.Problems.Select(problem => problem.Place.Path));
        Assert.Contains("did you mean 'size'?", result.Problems[0].Message, StringComparison.Ordinal);
        Assert.All(result.Problems, problem => Assert.Equal(DagErrors.BadConf, problem.Code));
    }

    [Fact]
    public void Apply_NothingGiven_NamesWhatIsMissing() =>
        Assert.Contains("'day' is missing and has no default (the day to load)", Assert.Single(ConfCheck.Apply(Params, null).Problems).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"any":1e999}""")]
    [InlineData("""{"any":"\ud800"}""")]
    [InlineData("""{"any":1,"any":2}""")]
    public void Apply_ValueThatCannotBeKept_IsRefused(string conf) => Assert.Equal("conf", Assert.Single(ConfCheck.Apply(Params, Json(conf)).Problems).Place.Path);

    [Fact]
    public void Apply_NoObject_IsRefused() => Assert.Equal("conf", Assert.Single(ConfCheck.Apply(Params, Json("[1]")).Problems).Place.Path);

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
