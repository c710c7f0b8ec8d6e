using System.Collections.Immutable;

namespace Updraft.Api;

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Limit">Entries at the most.</param>
/// <param name="Offset">Entries before them.</param>
internal readonly record struct AirflowPaging(int Limit, int Offset)
{
    /// <summary>Most entries of a page; more are cut to it, as in Airflow.</summary>
    public const int MostLimit = 1_000;

    /// <summary>So many entries of a list are looked at and counted, at the most.</summary>
    public const int MostLookedAt = 10_000;

    private const int UsualLimit = 50;

    /// <summary>As a query has it.</summary>
    public static AirflowPaging Of(AirflowParameters asked) => Of(asked, "limit", "offset", UsualLimit);

    /// <summary>As the body of a list has it.</summary>
    public static AirflowPaging OfBody(AirflowParameters asked) => Of(asked, "page_limit", "page_offset", 100);

    /// <summary>The part of what is all there.</summary>
    public ImmutableArray<T> Of<T>(IEnumerable<T> all) => [.. all.Skip(Offset).Take(Limit)];

    private static AirflowPaging Of(AirflowParameters asked, string limit, string offset, int usual) =>
        new((int)Math.Min(asked.Number(limit) ?? usual, MostLimit), (int)Math.Min(asked.Number(offset) ?? 0, int.MaxValue - MostLimit));
}
