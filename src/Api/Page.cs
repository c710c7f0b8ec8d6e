using System.Collections.Immutable;
using System.Globalization;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Some of many.</summary>
/// <param name="Items">What is on the page.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null when this is the last.</param>
public sealed record Page<T>(ImmutableArray<T> Items, string? Next);

internal static class Page
{
    /// <summary>Entries of a page where nothing is said.</summary>
    public const int Usual = 100;

    /// <summary>How many entries are wanted: 1 to <paramref name="most"/>.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.BadRequest"/>.</exception>
    public static int Size(int? count, int most) => count is null ? Math.Min(Usual, most)
        : count >= 1 && count <= most ? count.Value
        : throw new UpdraftException(ApiErrors.BadRequest, $"'count' is {count}: it must be 1 to {most}");

    /// <summary>A page of a list that is counted off, for lists that have no order of their own to go on by.</summary>
    public static async Task<Page<T>> OfAsync<T>(IAsyncEnumerable<T> all, string? after, int? count, int most, CancellationToken cancellation)
    {
        var (size, from) = (Size(count, most), 0);
        if (after is not null && !int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out from)) throw new UpdraftException(ApiErrors.BadRequest, "'after' is not what a page before gave as 'next'");
        var items = await all.Skip(from).Take(size + 1).ToListAsync(cancellation);
        return new Page<T>([.. items.Take(size)], items.Count > size ? (from + size).ToString(CultureInfo.InvariantCulture) : null);
    }
}
