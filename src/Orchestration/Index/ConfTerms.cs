using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>
/// Values of params as they are searched by: a letter for the type, then the value in one spelling, so that the number 5 is not the text "5", and 5.0 is 5.
/// Lists, objects and null are not searched by. Pure.
/// </summary>
public static class ConfTerms
{
    /// <summary>Most params of a DAG that are searched by, the first by name.</summary>
    public const int MaxParams = 16;

    private const int MaxText = 100;

    /// <summary>The terms of a run, by param; null for none.</summary>
    public static ImmutableSortedDictionary<string, string>? Of(ImmutableSortedDictionary<string, ParamSpec> specs, JsonElement values)
    {
        ImmutableSortedDictionary<string, string>.Builder? terms = null;
        foreach (var name in specs.Where(param => param.Value.Indexed).Select(param => param.Key).Take(MaxParams))
            if (values.TryGetProperty(name, out var value) && Of(value) is { } term) (terms ??= ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal))[name] = term;
        return terms?.ToImmutable();
    }

    /// <summary>What somebody may mean who types a value: the text, and the number or the truth value that it spells.</summary>
    public static ImmutableArray<string> Meant(string typed) =>
        Number(typed.Trim()) is { } number ? [number, Text(typed)]
        : typed.Trim() is "true" or "false" ? ["b" + typed.Trim(), Text(typed)]
        : [Text(typed)];

    private static string? Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Text(value.GetString()!),
        JsonValueKind.Number => Number(value.GetRawText()),
        JsonValueKind.True => "btrue",
        JsonValueKind.False => "bfalse",
        _ => null,
    };

    private static string? Number(string text)
    {
        if (text.Length == 0 || text[^1] is '.' || text.Contains(',', StringComparison.Ordinal)) return null;
        // Dividing by one with all its zeros takes those away that say nothing.
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)) return "n" + (exact / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rounded) && double.IsFinite(rounded) ? "n" + rounded.ToString("R", CultureInfo.InvariantCulture) : null;
    }

    private static string Text(string text)
    {
        var plain = text.Trim();
        // What only differs further on is one term: who searches for it gets both.
        return "t" + (plain.Length > MaxText ? plain[..(char.IsHighSurrogate(plain[MaxText - 1]) ? MaxText - 1 : MaxText)] : plain);
    }
}
