using System.Collections.Immutable;

namespace Updraft.Api;

/// <summary>The order of a list, by one or more of its fields.</summary>
/// <param name="Keys">Fields, the first first, each from its least or from its greatest.</param>
internal readonly record struct AirflowOrder(ImmutableArray<(string Field, bool Down)> Keys)
{
    /// <summary>As asked by <c>order_by</c>, where <c>-</c> begins with the greatest.</summary>
    /// <param name="asked">What is asked.</param>
    /// <param name="usual">The field where nothing is said.</param>
    /// <param name="fields">Fields that there are.</param>
    public static AirflowOrder Of(AirflowParameters asked, string usual, IReadOnlyCollection<string> fields)
    {
        var keys = asked.Texts("order_by").SelectMany(text => text.Split(',')).Select(text => (Field: text.TrimStart('-'), Down: text.StartsWith('-'))).ToImmutableArray();
        foreach (var (field, _) in keys)
            if (!fields.Contains(field)) throw new AirflowRefusal(["query", "order_by"], $"'order_by' is '{field}', which is none of {string.Join(", ", fields)}");
        return new(keys.IsEmpty ? [(usual, false)] : [.. keys.DistinctBy(key => key.Field)]);
    }

    /// <summary>In this order; what has no value comes last.</summary>
    public IOrderedEnumerable<T> Sort<T>(IEnumerable<T> all, Func<T, string, IComparable?> valueOf)
    {
        var sorted = all.OrderBy(_ => 0);
        foreach (var (field, down) in Keys)
        {
            sorted = sorted.ThenBy(each => valueOf(each, field) is null);
            sorted = down ? sorted.ThenByDescending(each => valueOf(each, field), Values) : sorted.ThenBy(each => valueOf(each, field), Values);
        }
        return sorted;
    }

    // By byte, as names are compared everywhere.
    private static readonly Comparer<IComparable?> Values = Comparer<IComparable?>.Create((x, y) => x is string left && y is string right ? string.CompareOrdinal(left, right) : Comparer<IComparable?>.Default.Compare(x, y));
}
