using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>Which datasets must have landed. Exactly one of the three is set. A text is the condition of one dataset.</summary>
public sealed record DatasetCondition
{
    /// <summary>One dataset, by name.</summary>
    public string? Dataset { get; init; }

    /// <summary>All of these; empty when it is another form.</summary>
    public ImmutableArray<DatasetCondition> All { get; init; } = [];

    /// <summary>Any of these; empty when it is another form.</summary>
    public ImmutableArray<DatasetCondition> Any { get; init; } = [];

    /// <summary>One dataset.</summary>
    public static implicit operator DatasetCondition(string dataset) => new() { Dataset = dataset };

    /// <summary>All of several: <c>AllOf("flights", AnyOf("weather", "radar"))</c>.</summary>
    public static DatasetCondition AllOf(params ReadOnlySpan<DatasetCondition> conditions) => new() { All = [.. conditions] };

    /// <summary>Any of several.</summary>
    public static DatasetCondition AnyOf(params ReadOnlySpan<DatasetCondition> conditions) => new() { Any = [.. conditions] };

    /// <summary>The names in it, each once, in ordinal order.</summary>
    public IEnumerable<string> Names() => Everything().Distinct().Order(StringComparer.Ordinal);

    /// <summary>Whether it holds when these have landed.</summary>
    public bool Holds(Func<string, bool> landed) =>
        Dataset is { } name ? landed(name)
        : All.IsEmpty ? Any.Any(inner => inner.Holds(landed))
        : All.All(inner => inner.Holds(landed));

    /// <summary>The one form of all that mean the same: flat, each part once, in order; a list of one is that one.</summary>
    internal DatasetCondition Canonical()
    {
        if (Dataset is not null) return this;
        var all = !All.IsEmpty;
        var parts = (all ? All : Any).Select(inner => inner.Canonical())
            .SelectMany(inner => (all ? inner.All : inner.Any) is { IsEmpty: false } same ? same : [inner])
            .DistinctBy(inner => inner.ToString())
            .OrderBy(inner => inner.ToString(), StringComparer.Ordinal)
            .ToImmutableArray();
        return parts is [var only] ? only : all ? new() { All = parts } : new() { Any = parts };
    }

    /// <summary>The condition in words: <c>flights</c>, <c>all(flights, any(radar, weather))</c>.</summary>
    public override string ToString() => Dataset ?? (All.IsEmpty ? $"any({string.Join(", ", Any)})" : $"all({string.Join(", ", All)})");

    private IEnumerable<string> Everything() => Dataset is { } name ? [name] : All.Concat(Any).SelectMany(inner => inner.Everything());
}

/// <summary>A dataset that a task makes.</summary>
/// <param name="Dataset">Its name; may be a template.</param>
/// <param name="Partition">Which part of it, as in <c>{{ ds }}</c>; may be a template; null for the whole.</param>
public sealed record DatasetOutput(string Dataset, string? Partition = null);
