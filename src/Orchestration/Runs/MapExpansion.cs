using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>One slot of a mapped region.</summary>
/// <param name="Key">Names the instance; unique within the region.</param>
/// <param name="Item">What the instance works on.</param>
/// <param name="Removed">Whether the list no longer has it.</param>
public sealed record MapItem(string Key, JsonElement Item, bool Removed = false);

/// <summary>From a list to the slots of a mapped region (<c>semantics.md</c>, "Mapping"). Pure.</summary>
public static class MapExpansion
{
    private const int MaxKey = 200;
    private const int Named = 5;

    /// <summary>
    /// The slots, in order. A slot never changes its meaning: a key that was there keeps its slot, a new key gets one at the end, one that is
    /// gone leaves its slot removed. Without keys, an item's slot is its index.
    /// </summary>
    /// <param name="region">Full id of the mapped task or group, for messages.</param>
    /// <param name="map">How it is mapped.</param>
    /// <param name="list">What the map's expression yielded.</param>
    /// <param name="keyOf">The key of an item at an index; null when the author gave none.</param>
    /// <param name="previous">The slots of the expansion before; empty for the first.</param>
    /// <exception cref="UpdraftException">The value is no list or too long, a key is bad or used twice.</exception>
    public static ImmutableArray<MapItem> Expand(string region, MapSpec map, JsonElement list, Func<JsonElement, int, string>? keyOf, IReadOnlyList<MapItem> previous)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new UpdraftException(MapErrors.NotAList, $"'{region}' is mapped over {Describe(list)}, which is not a list: let the expression yield a list");
        }
        var length = list.GetArrayLength();
        if (length > map.MaxLength)
        {
            throw new UpdraftException(
                MapErrors.TooLong,
                string.Create(CultureInfo.InvariantCulture, $"'{region}' is mapped over {length} items, more than its max_map_length of {map.MaxLength}: raise that, or shorten the list"));
        }
        var items = new List<MapItem>(length);
        foreach (var item in list.EnumerateArray()) items.Add(new MapItem(KeyAt(region, keyOf, item, items.Count), item));
        if (keyOf is not null) RefuseDuplicates(region, items);
        return Merge(items, previous);
    }

    private static ImmutableArray<MapItem> Merge(List<MapItem> items, IReadOnlyList<MapItem> previous)
    {
        if (previous.Count == 0) return [.. items];
        var slots = previous.Select(slot => slot with { Removed = true }).ToList();
        var slotOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var slot = 0; slot < slots.Count; slot++) slotOf.Add(slots[slot].Key, slot);
        foreach (var item in items)
        {
            if (slotOf.TryGetValue(item.Key, out var slot)) slots[slot] = item;
            else slots.Add(item);
        }
        return [.. slots];
    }

    private static string KeyAt(string region, Func<JsonElement, int, string>? keyOf, JsonElement item, int index)
    {
        if (keyOf is null) return index.ToString(CultureInfo.InvariantCulture);
        var key = keyOf(item, index);
        return key.Length is > 0 and <= MaxKey && key.EnumerateRunes().All(IsPrintable)
            ? key
            : throw new UpdraftException(
                MapErrors.BadKey,
                string.Create(CultureInfo.InvariantCulture, $"item {index} of the list of '{region}' has a key of {key.Length} characters that is not 1 to {MaxKey} printable characters: {Shown(key)}"));
    }

    private static void RefuseDuplicates(string region, List<MapItem> items)
    {
        var twice = items.Select((item, index) => (item.Key, Index: index)).GroupBy(item => item.Key, StringComparer.Ordinal).Where(same => same.Skip(1).Any()).ToList();
        if (twice.Count == 0) return;
        var named = twice.Take(Named).Select(same => $"{Shown(same.Key)} (items {string.Join(", ", same.Take(Named).Select(item => item.Index))})");
        var more = twice.Count > Named ? string.Create(CultureInfo.InvariantCulture, $" and {twice.Count - Named} more") : "";
        throw new UpdraftException(
            MapErrors.DuplicateKey,
            string.Create(CultureInfo.InvariantCulture, $"{twice.Count} {(twice.Count == 1 ? "key comes" : "keys come")} more than once in the list of '{region}': {string.Join(", ", named)}{more}"));
    }

    // A lone surrogate enumerates as the replacement character, which no key needs.
    private static bool IsPrintable(System.Text.Rune rune) =>
        rune != System.Text.Rune.ReplacementChar
        && System.Text.Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static string Shown(string key)
    {
        var plain = string.Concat(key.EnumerateRunes().Take(40).Select(rune => IsPrintable(rune) ? rune.ToString() : "?"));
        return plain.Length < key.Length && key.Length > 40 ? $"'{plain}…'" : $"'{plain}'";
    }

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => $"the number {value.GetRawText()}",
        JsonValueKind.True or JsonValueKind.False => $"the value {value.GetRawText()}",
        _ => "null",
    };
}
