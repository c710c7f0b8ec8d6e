using System.Globalization;
using System.Text;

namespace Updraft.Api;

/// <summary>Prometheus's text exposition format, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes metrics; those of which nothing was measured are left out.</summary>
    public static string Write(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (var metric in metrics) Write(text, metric);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Metric metric)
    {
        var isNew = true;
        foreach (var (values, series) in metric.All)
        {
            if (isNew)
            {
                text.Append("# HELP ").Append(metric.Name).Append(' ').Append(Escape(metric.Help, quotes: false)).Append('\n');
                text.Append("# TYPE ").Append(metric.Name).Append(' ').Append(metric.Type.ToString().ToLowerInvariant()).Append('\n');
                isNew = false;
            }
            if (series is HistogramSeries histogram) WriteHistogram(text, metric, values, histogram);
            else Line(text, metric, "", values, null, series.Sum);
        }
    }

    private static void WriteHistogram(StringBuilder text, Metric metric, LabelValues values, HistogramSeries histogram)
    {
        // Read before the sum, so that what comes meanwhile makes the mean a little too high rather than the buckets inconsistent.
        var counts = histogram.Cumulated();
        for (var n = 0; n < counts.Length; n++) Line(text, metric, "_bucket", values, n < metric.Bounds.Length ? Number(metric.Bounds[n]) : "+Inf", counts[n]);
        Line(text, metric, "_sum", values, null, histogram.Sum);
        Line(text, metric, "_count", values, null, counts[^1]);
    }

    private static void Line(StringBuilder text, Metric metric, string suffix, LabelValues values, string? bound, double value)
    {
        text.Append(metric.Name).Append(suffix);
        var separator = '{';
        for (var n = 0; n < metric.Labels.Count; n++)
        {
            if (values[n] is not { } label) continue;
            text.Append(separator).Append(metric.Labels[n]).Append("=\"").Append(Escape(label, quotes: true)).Append('"');
            separator = ',';
        }
        if (bound is not null)
        {
            text.Append(separator).Append("le=\"").Append(bound).Append('"');
            separator = ',';
        }
        if (separator == ',') text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string value, bool quotes)
    {
        var escaped = value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
