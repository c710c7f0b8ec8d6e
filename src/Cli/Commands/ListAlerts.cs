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
        var command = session.Asking("alerts", "Lists what a person should look at, newest first.", dag, limit, open);
        command.SetAction(async (parsed, cancellation) =>
        {
            var listed = await session.AskAsync(parsed, api => api.ListAsync<Alert>(() => PathOf(parsed.GetValue(dag)), Math.Max(1, parsed.GetValue(limit)), cancellation));
            var alerts = listed.Where(alert => !parsed.GetValue(open) || alert.ClearedAt is null).ToList();
            return session.Print(parsed, alerts, alerts.Count == 0 ? ["There are no alerts."] : Columns.Of([.. alerts.Select(Row)]));
        });
        return command;
    }

    private static ApiPath PathOf(string? dag)
    {
        ApiPath path = $"alerts";
        return path.With("dag", dag);
    }

    private static IReadOnlyList<string> Row(Alert alert) => [ShowDag.Time(alert.At), alert.Kind, alert.ClearedAt is null ? "" : "cleared", Printable.Of(alert.Message)];
}
