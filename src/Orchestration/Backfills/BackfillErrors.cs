using System.Globalization;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Codes of what is wrong with backfills; <c>docs/errors.md</c> lists them.</summary>
public static class BackfillErrors
{
    /// <summary>A backfill has more ticks than allowed, or none.</summary>
    public const string Ticks = "UPD2811";

    /// <summary>The range or the limit of a backfill is refused.</summary>
    public const string Refused = "UPD2812";

    /// <summary>A DAG has no ticks that could be backfilled.</summary>
    public const string NoTicks = "UPD2813";

    internal static UpdraftException TooManyOf(string dag, int count) => new(Ticks, string.Create(CultureInfo.InvariantCulture,
        $"the range has {count} ticks of '{dag}', and {BackfillRequest.MostTicks} are the most of one backfill: split the range"));

    internal static UpdraftException NoneOf(string dag) => new(Ticks, $"the range has no tick of '{dag}': the first instant is part of it, the last is not");

    internal static UpdraftException NoTicksOf(string dag) => new(NoTicks, $"the DAG '{dag}' has no cron and no 'every', so that there is nothing to backfill: trigger a run instead");

    internal static UpdraftException Of(string what) => new(Refused, what);
}
