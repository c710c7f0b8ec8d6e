using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>semantics.md, "Mapping".</summary>
public sealed class MapExpansionTests
{
    private static readonly MapSpec Map = new() { Over = TestAttempts.Json("[]"), MaxLength = 5 };

    [Fact]
    public void Expand_WithoutKeys_NamesByIndex() =>
        Assert.Equal(["0", "1"], Expand("""["a","b"]""").Select(slot => slot.Key));

    [Fact]
    public void Expand_EmptyList_HasNoSlots() => Assert.Empty(Expand("[]"));

    [Fact]
    public void Expand_AtTheLimit_IsAccepted() => Assert.Equal(5, Expand("[1,2,3,4,5]").Length);

    [Fact]
    public void Expand_OverTheLimit_SaysHowMany()
    {
        var failure = Assert.Throws<UpdraftException>(() => Expand("[1,2,3,4,5,6]"));

        Assert.Equal((MapErrors.TooLong, "'r' is mapped over 6 items, more than its max_map_length of 5: raise that, or shorten the list"), (failure.Code, failure.Message));
    }

    [Theory]
    [InlineData("""{"a":1}""", "an object")]
    [InlineData("\"a\"", "a text")]
    [InlineData("7", "the number 7")]
    [InlineData("null", "null")]
    public void Expand_NoList_SaysWhat(string list, string what)
    {
        var failure = Assert.Throws<UpdraftException>(() => Expand(list));

        Assert.Equal(MapErrors.NotAList, failure.Code);
        Assert.Contains($"'r' is mapped over {what}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_EqualKeys_NamesThemAndTheirItems()
    {
        var failure = Assert.Throws<UpdraftException>(() => Expand("""["x","y","x","y","z"]""", keyed: true));

        Assert.Equal((MapErrors.DuplicateKey, "2 keys come more than once in the list of 'r': 'x' (items 0, 2), 'y' (items 1, 3)"), (failure.Code, failure.Message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\u0000")]
    [InlineData("‮abc")]
    [InlineData("\ud800")]
    public void Expand_KeyThatCannotBeShown_IsRefused(string key)
    {
        var failure = Assert.Throws<UpdraftException>(() => MapExpansion.Expand("r", Map, TestAttempts.Json("[1]"), (_, _) => key, []));

        Assert.Equal(MapErrors.BadKey, failure.Code);
        Assert.All(failure.Message, c => Assert.False(char.IsControl(c)));
    }

    [Fact]
    public void Expand_KeyTooLong_IsRefused()
    {
        Assert.Throws<UpdraftException>(() => MapExpansion.Expand("r", Map, TestAttempts.Json("[1]"), (_, _) => new string('k', 201), []));
        Assert.Single(MapExpansion.Expand("r", Map, TestAttempts.Json("[1]"), (_, _) => new string('k', 200), []));
    }

    [Fact] // A rerun matches by key, so that a reordered list keeps its instances; a shorter one leaves the surplus removed.
    public void Expand_Again_KeepsSlotsByKey()
    {
        var first = Expand("""["a","b","c"]""", keyed: true);

        var second = Expand("""["d","c","a"]""", keyed: true, first);
        var third = Expand("""["b"]""", keyed: true, second);

        Assert.Equal([("a", false), ("b", true), ("c", false), ("d", false)], second.Select(slot => (slot.Key, slot.Removed)));
        Assert.Equal([("a", true), ("b", false), ("c", true), ("d", true)], third.Select(slot => (slot.Key, slot.Removed)));
    }

    [Fact]
    public void Expand_AgainWithoutKeys_UpdatesItemsAndRemovesTheSurplus()
    {
        var second = Expand("""["z"]""", previous: Expand("""["a","b"]"""));

        Assert.Equal([("\"z\"", false), ("\"b\"", true)], second.Select(slot => (slot.Item.GetRawText(), slot.Removed)));
    }

    private static System.Collections.Immutable.ImmutableArray<MapItem> Expand(string list, bool keyed = false, IReadOnlyList<MapItem>? previous = null) =>
        MapExpansion.Expand("r", Map, TestAttempts.Json(list), keyed ? (item, _) => item.GetString()! : null, previous ?? []);
}
