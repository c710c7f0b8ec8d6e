using System.Collections.Concurrent;

namespace Updraft.Orchestration;

/// <summary>Names as they label metrics: so many that a process never keeps more, whatever it is sent.</summary>
/// <param name="most">Most names; those that come later share <see cref="Other"/>.</param>
public sealed class BoundedLabels(int most)
{
    /// <summary>The label of all further names.</summary>
    public const string Other = "other";

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>Of DAGs, 1,000.</summary>
    public static BoundedLabels Dags { get; } = new(1_000);

    /// <summary>Of lanes, 100.</summary>
    public static BoundedLabels Lanes { get; } = new(100);

    /// <summary>The label of a name.</summary>
    /// <param name="name">The name; null where it is not known.</param>
    public string Of(string? name)
    {
        if (name is null) return "unknown";
        if (_known.TryGetValue(name, out var known)) return known;
        // Two at once may add one name too many, which harms nobody.
        return _known.Count < most ? _known.GetOrAdd(name, name) : Other;
    }
}
