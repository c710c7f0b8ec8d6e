using System.Globalization;
using System.Text;

namespace FlightDelays;

/// <summary>What became of one airport.</summary>
/// <param name="Airport">The airport's code.</param>
/// <param name="Promoted">Whether its model is served.</param>
/// <param name="ModelError">Root mean square error of the model, in minutes.</param>
/// <param name="MeanError">The same of the airport's mean.</param>
public sealed record Verdict(string Airport, bool Promoted, double ModelError, double MeanError)
{
    /// <summary>By how much the model's error is smaller than the mean's, in percent; negative when it is greater.</summary>
    public double GainPercent => MeanError == 0 ? 0 : (1 - ModelError / MeanError) * 100;
}

/// <summary>What became of all airports.</summary>
/// <param name="Verdicts">One per airport, by code.</param>
public sealed record Summary(IReadOnlyList<Verdict> Verdicts)
{
    /// <summary>In a sentence.</summary>
    public string Sentence() => Invariant($"{Verdicts.Count(verdict => verdict.Promoted)} of {Verdicts.Count} models promoted");

    /// <summary>One line per airport, with a heading.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("airport,promoted,model_error,mean_error,gain_percent\n");
        foreach (var verdict in Verdicts)
            csv.Append(Invariant($"{verdict.Airport},{(verdict.Promoted ? "yes" : "no")},{verdict.ModelError:F3},{verdict.MeanError:F3},{verdict.GainPercent:F2}\n"));
        return csv.ToString();
    }

    /// <summary>A page with the result and all airports, greatest gain first.</summary>
    public string ToMarkdown(string runId)
    {
        var page = new StringBuilder("# Flight delays\n\n");
        page.Append(Invariant($"Run `{runId}`: {Sentence()}. Errors are root mean squares in minutes, on flights that the models have not seen.\n\n"));
        page.Append("| airport | verdict | model | mean | gain |\n|---|---|---:|---:|---:|\n");
        foreach (var verdict in Verdicts.OrderByDescending(verdict => verdict.GainPercent).ThenBy(verdict => verdict.Airport, StringComparer.Ordinal))
            page.Append(Invariant($"| {verdict.Airport} | {(verdict.Promoted ? "promoted" : "held")} | {verdict.ModelError:F1} | {verdict.MeanError:F1} | {verdict.GainPercent:F1} % |\n"));
        return page.ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
