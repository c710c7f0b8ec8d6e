using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>What a list is asked by, in a query or in the body of a list: named texts, each read once. What nobody reads is refused, for a filter that is passed over makes a wrong answer.</summary>
internal sealed class AirflowParameters
{
    private const int LongestPattern = 200;

    private readonly string _source;
    private readonly Dictionary<string, ImmutableArray<string>> _given;

    private AirflowParameters(string source, IEnumerable<KeyValuePair<string, ImmutableArray<string>>> given)
    {
        (_source, _given) = (source, new(StringComparer.Ordinal));
        // A name that a body gives twice has its last value, as elsewhere.
        foreach (var (name, texts) in given)
            if (!texts.IsEmpty) _given[name] = texts;
    }

    public static AirflowParameters Of(IQueryCollection query) =>
        new("query", query.Select(each => KeyValuePair.Create(each.Key, each.Value.OfType<string>().Where(text => text.Length > 0).ToImmutableArray())));

    public static AirflowParameters Of(JsonElement body) => body.ValueKind is JsonValueKind.Object
        ? new("body", body.EnumerateObject().Select(each => KeyValuePair.Create(each.Name, TextsOf(each.Value))))
        : throw new AirflowRefusal(["body"], "the body is no JSON object");

    /// <summary>All values of a name.</summary>
    public ImmutableArray<string> Texts(string name) => _given.Remove(name, out var texts) ? texts : [];

    /// <summary>The value of a name; null for none.</summary>
    public string? Text(string name) => Texts(name) is [.., var last] ? last : null;

    /// <summary>A pattern (<see cref="AirflowPattern"/>); null for none.</summary>
    public string? Pattern(string name)
    {
        var text = Text(name);
        return text is null or { Length: <= LongestPattern } ? text : throw Refusal(name, $"has {text.Length} characters; {LongestPattern} are allowed");
    }

    /// <summary>True or false; null for neither.</summary>
    public bool? Flag(string name) => Text(name)?.ToLowerInvariant() switch
    {
        null => null,
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw Refusal(name, "is neither true nor false"),
    };

    /// <summary>A whole number from <paramref name="least"/>; null for none.</summary>
    public long? Number(string name, long least = 0) => Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least ? number
        : throw Refusal(name, $"is no whole number from {least}");

    /// <summary>Bounds of a time, by the names <c>…_gte</c>, <c>…_gt</c>, <c>…_lte</c>, <c>…_lt</c>.</summary>
    public AirflowBounds<DateTimeOffset> Times(string name) => Bounds(name, (string text, out DateTimeOffset time) => AirflowJson.TryReadTime(text, out time), "is no time, as in 2026-01-31T06:00:00Z");

    /// <summary>Bounds of a number.</summary>
    public AirflowBounds<double> Numbers(string name) => Bounds(name, (string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number), "is no number");

    /// <summary>Values of which each must be one of some.</summary>
    public ImmutableArray<string> Among(string name, params ReadOnlySpan<string> allowed)
    {
        var texts = Texts(name);
        foreach (var text in texts)
            if (!allowed.Contains(text)) throw Refusal(name, $"is '{text}', which is none of {string.Join(", ", allowed)}");
        return texts;
    }

    /// <summary>Passes over names that say nothing here.</summary>
    public void PassOver(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) _given.Remove(name);
    }

    /// <summary>Refuses what nobody has read.</summary>
    public void Done()
    {
        if (_given.Keys.FirstOrDefault() is { } unread) throw new UpdraftException(AirflowErrors.CannotBeDone, $"'{unread}' of the {_source} is not covered for this list: docs/airflow.md says what is");
    }

    private AirflowBounds<T> Bounds<T>(string name, TryRead<T> read, string wrong) where T : struct, IComparable<T>
    {
        return new AirflowBounds<T>(One("gte"), One("gt"), One("lte"), One("lt"));

        T? One(string bound) => Text($"{name}_{bound}") is not { } text ? null : read(text, out var value) ? value : throw Refusal($"{name}_{bound}", wrong);
    }

    private delegate bool TryRead<T>(string text, out T value);

    private AirflowRefusal Refusal(string name, string wrong) => new([_source, name], $"'{name}' of the {_source} {wrong}");

    private static ImmutableArray<string> TextsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => [],
        // Within a list null is a state: that of what has none yet.
        JsonValueKind.Array => [.. value.EnumerateArray().Select(each => each.ValueKind is JsonValueKind.Null ? AirflowStates.None : each.ToString())],
        _ => [value.ToString()],
    };
}

/// <summary>Bounds of a value, each null where there is none. What has no value fits only where there are none.</summary>
internal readonly record struct AirflowBounds<T>(T? AtLeast, T? Above, T? AtMost, T? Below) where T : struct, IComparable<T>
{
    public bool Hold(T? value) => this == default || (value is { } there
        && (AtLeast is not { } least || there.CompareTo(least) >= 0) && (Above is not { } above || there.CompareTo(above) > 0)
        && (AtMost is not { } most || there.CompareTo(most) <= 0) && (Below is not { } below || there.CompareTo(below) < 0));
}
