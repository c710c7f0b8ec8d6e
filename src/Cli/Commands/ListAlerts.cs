using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft alerts</c>.</summary>
internal static class ListAlerts
{
    public static Command Of(Session session)
    {
        var dag = new Option<string?>("--dag") { HelpName = "NAME", Description = "Only of this DAG." };
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "How many at most. Default 50.", DefaultValueFactory = _ => 50 };
        var open = new Option<bool>("--open") { Description = "Only those whose cause has not gone away by itself." };
        var command = new Command("alerts", "Lists what a person should look at, newest first.") { dag, limit, open, session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var listing = await session.AskAsync(parsed, HostOperations.Alerts, new AlertsRequest(parsed.GetValue(dag), null, Math.Clamp(parsed.GetValue(limit), 1, AlertLog.MaxPage)), cancellation);
            var alerts = listing.Alerts.Where(alert => !parsed.GetValue(open) || alert.ClearedAt is null).ToList();
            return session.Print(parsed, alerts, alerts.Count == 0 ? ["There are no alerts."] : Columns.Of([.. alerts.Select(Row)]));
        });
        return command;
    }

    private static IReadOnlyList<string> Row(Alert alert) => [ShowDag.Time(alert.At), alert.Kind, alert.ClearedAt is null ? "" : "cleared", Printable.Of(alert.Message)];
}
