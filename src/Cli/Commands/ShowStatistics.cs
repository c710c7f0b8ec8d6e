using System.CommandLine;
using System.Globalization;
using Updraft.Api;

namespace Updraft.Cli;

/// <summary><c>updraft stats</c>.</summary>
internal static class ShowStatistics
{
    private const int Slowest = 5;

    public static Command Of(Session session)
    {
        var days = new DayRangeOptions(7);
        var command = session.Asking("stats", "Shows how many runs succeeded and failed, how long they took, and the slowest tasks.", days.All);
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = days.AddTo($"statistics", parsed);
            var figures = await session.AskAsync(parsed, api => api.GetAsync<FleetStatistics>(path, cancellation));
            return session.Print(parsed, figures, Lines(figures));
        });
        return command;
    }

    private static IEnumerable<string> Lines(FleetStatistics figures)
    {
        yield return $"{figures.Since.ToString("O", CultureInfo.InvariantCulture)} to {figures.Until.ToString("O", CultureInfo.InvariantCulture)}";
        if (figures.Dags.IsEmpty) yield return "  No run has ended.";
        else foreach (var line in Columns.Of([["  DAG", "SUCCESS", "FAILED", "CANCELLED", "HALF WITHIN", "95% WITHIN"], .. figures.Dags.Select(Row)])) yield return line;
        if (!figures.Slowest.IsEmpty) yield return "Slowest";
        foreach (var line in Columns.Of([.. figures.Slowest.Take(Slowest).Select(task => (string[])["  " + task.Dag, Printable.Of(task.RunId), task.Task, Took(task.Seconds)])])) yield return line;
    }

    private static string[] Row(DagStatistics dag) => ["  " + dag.Dag, Number(dag.Success), Number(dag.Failed), Number(dag.Cancelled), Took(dag.Duration.P50), Took(dag.Duration.P95)];

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Took(double? seconds) => seconds is { } took ? Elapsed.Format(TimeSpan.FromSeconds(took)) : "";
}
