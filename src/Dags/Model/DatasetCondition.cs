using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>Which datasets must have landed. Exactly one of the three is set.</summary>
public sealed record DatasetCondition
{
    /// <summary>One dataset, by name.</summary>
    public string? Dataset { get; init; }

    /// <summary>All of these; empty when it is another form.</summary>
    public ImmutableArray<DatasetCondition> All { get; init; } = [];

    /// <summary>Any of these; empty when it is another form.</summary>
    public ImmutableArray<DatasetCondition> Any { get; init; } = [];

    /// <summary>The names in it, each once, in ordinal order.</summary>
    public IEnumerable<string> Names() => Everything().Distinct().Order(StringComparer.Ordinal);

    /// <summary>Whether it holds when these have landed.</summary>
    public bool Holds(Func<string, bool> landed) =>
        Dataset is { } name ? landed(name)
        : All.IsEmpty ? Any.Any(inner => inner.Holds(landed))
        : All.All(inner => inner.Holds(landed));

    private IEnumerable<string> Everything() => Dataset is { } name ? [name] : All.Concat(Any).SelectMany(inner => inner.Everything());
}

/// <summary>A dataset that a task makes.</summary>
/// <param name="Dataset">Its name; may be a template.</param>
/// <param name="Partition">Which part of it, as in <c>{{ ds }}</c>; may be a template; null for the whole.</param>
public sealed record DatasetOutput(string Dataset, string? Partition = null);
