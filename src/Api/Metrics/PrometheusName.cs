namespace Updraft.Api;

/// <summary>From an instrument's name to that of a Prometheus metric: with its unit, and <c>_total</c> for a counter.</summary>
internal static class PrometheusName
{
    public static string Of(string instrument, string? unit, MetricType type)
    {
        var name = string.Concat(instrument.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        var suffix = unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return name + suffix + (type is MetricType.Counter ? "_total" : "");
    }
}
