using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

public sealed class ConfTermsTests
{
    private static string? Term(object? value)
    {
        var specs = ImmutableSortedDictionary<string, ParamSpec>.Empty.Add("p", new ParamSpec { Indexed = true }).Add("q", new ParamSpec());
        return ConfTerms.Of(specs, JsonSerializer.SerializeToElement(new { p = value, q = 1 }))?["p"];
    }

    [Theory]
    [InlineData("5", "t5")]
    [InlineData(5, "n5")]
    [InlineData(5.50, "n5.5")]
    [InlineData(1e3, "n1000")]
    [InlineData(1e40, "n1E+40")]
    [InlineData(true, "btrue")]
    [InlineData("  a b ", "ta b")]
    [InlineData(null, null)]
    public void Of_Value_HasOneSpelling(object? value, string? term) => Assert.Equal(term, Term(value));

    [Fact]
    public void Of_List_IsNotSearchedBy() => Assert.Null(Term(new[] { 1 }));

    [Fact]
    public void Of_LongText_IsCut() => Assert.Equal(101, Term(new string('x', 5_000))!.Length);

    [Theory]
    [InlineData("5.0", new[] { "n5", "t5.0" })]
    [InlineData("true", new[] { "btrue", "ttrue" })]
    [InlineData("north", new[] { "tnorth" })]
    [InlineData("1,5", new[] { "t1,5" })]
    public void Meant_Typed_IsTheTextAndWhatItSpells(string typed, string[] terms) => Assert.Equal(terms, ConfTerms.Meant(typed));
}
