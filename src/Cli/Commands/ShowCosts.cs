using System.CommandLine;
using System.Globalization;
using Updraft.Api;

namespace Updraft.Cli;

/// <summary><c>updraft costs</c>.</summary>
internal static class ShowCosts
{
    public static Command Of(Session session)
    {
        var days = new DayRangeOptions(30);
        var command = session.Asking("costs", "Shows what was done that costs, and what it would cost on Azure.", days.All);
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = days.AddTo($"costs", parsed);
            var report = await session.AskAsync(parsed, api => api.GetAsync<CostReport>(path, cancellation));
            return session.Print(parsed, report, Lines(report));
        });
        return command;
    }

    private static IEnumerable<string> Lines(CostReport report)
    {
        var (figures, cost) = (report.Figures, report.Cost);
        yield return $"{report.Since.ToString("O", CultureInfo.InvariantCulture)} to {report.Until.ToString("O", CultureInfo.InvariantCulture)}{(report.Dag is null ? "" : $", {report.Dag}")}: {Number(figures.Runs)} runs, {Number(figures.Tasks)} tasks";
        foreach (var line in Columns.Of([
            ["  activities", Number(figures.Activities), "scheduler", Money(cost.Actions), "functions", Money(cost.Executions)],
            ["  storage", $"{Number(figures.Reads)} reads", "", "", $"{Number(figures.Writes)} writes", Money(cost.Storage)],
            ["  work", $"{Number(figures.WorkSeconds)} s", "", "", "compute", Money(cost.Compute)]])) yield return line;
        yield return $"  in all {Money(cost.Total)}{(figures.Runs > 0 ? $", {Money(cost.Total / figures.Runs)} a run" : "")}{(figures.Tasks > 0 ? $", {Money(1_000 * cost.Total / figures.Tasks)} for 1,000 tasks" : "")}";
    }

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Money(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
