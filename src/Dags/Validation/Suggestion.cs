namespace Updraft.Dags;

/// <summary>"Did you mean": the nearest of the known names, when one is near.</summary>
public static class Suggestion
{
    private const int LongestList = 12;

    /// <summary>What to say about an unknown name: the nearest known one, else all of them when they are few; begins with a semicolon, or is empty.</summary>
    public static string For(string name, IEnumerable<string> known)
    {
        var names = known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (Nearest(name, names) is { } nearest) return $"; did you mean '{nearest}'?";
        return names.Count switch
        {
            0 => "",
            <= LongestList => $"; known are {string.Join(", ", names)}",
            _ => "",
        };
    }

    private static string? Nearest(string name, IReadOnlyList<string> names)
    {
        if (name.Length > 100) return null;
        var best = names.Where(known => known.Length <= 100)
            .Select(known => (Known: known, Distance: Distance(name.ToLowerInvariant(), known.ToLowerInvariant())))
            .OrderBy(each => each.Distance)
            .FirstOrDefault();
        return best.Known is not null && best.Distance <= Math.Max(1, Math.Min(name.Length, best.Known.Length) / 3) ? best.Known : null;
    }

    /// <summary>Edits between two words: insert, delete, replace, swap of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replace, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }
        return cost[a.Length, b.Length];
    }
}
