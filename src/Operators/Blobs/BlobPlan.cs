using System.Collections.Immutable;

namespace Updraft.Operators;

/// <summary>Which listings answer for many prefixes: those of one folder share one, whose prefix is what they have in common. Pure.</summary>
internal static class BlobPlan
{
    /// <summary>Listings by prefix, each with the places of the prefixes that it answers for, in order of prefix.</summary>
    public static ImmutableArray<(string Prefix, ImmutableArray<int> Answers)> Of(IReadOnlyList<string> prefixes) =>
        [.. prefixes.Index()
            .GroupBy(each => each.Item[..(each.Item.LastIndexOf('/') + 1)], StringComparer.Ordinal)
            .OrderBy(folder => folder.Key, StringComparer.Ordinal)
            .Select(folder => (folder.Select(each => each.Item).Aggregate(Common), folder.Select(each => each.Index).ToImmutableArray()))];

    /// <summary>What two texts begin with alike.</summary>
    public static string Common(string one, string other) => one[..one.AsSpan().CommonPrefixLength(other)];
}
