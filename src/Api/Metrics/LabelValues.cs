namespace Updraft.Api;

/// <summary>Values of the labels of a series, up to three, in the order of their names. Made for every measurement, so without an allocation.</summary>
internal readonly record struct LabelValues(string? First, string? Second, string? Third)
{
    public static LabelValues Of(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length switch
    {
        0 => default,
        1 => new(Text(tags[0]), null, null),
        2 => new(Text(tags[0]), Text(tags[1]), null),
        _ => new(Text(tags[0]), Text(tags[1]), Text(tags[2])),
    };

    public string? this[int n] => n switch { 0 => First, 1 => Second, _ => Third };

    private static string? Text(KeyValuePair<string, object?> tag) => tag.Value as string ?? tag.Value?.ToString();
}
