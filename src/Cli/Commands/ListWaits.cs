using System.CommandLine;
using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft waits</c>.</summary>
internal static class ListWaits
{
    public static Command Of(Session session)
    {
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "How many at most. Default 100.", DefaultValueFactory = _ => 100 };
        var command = session.Asking("waits", "Lists the conditions that tasks wait for together, those with the most waiting tasks first.", limit);
        command.SetAction(async (parsed, cancellation) =>
        {
            var open = await session.AskAsync(parsed, api => api.ListAsync<OpenCondition>(() => $"waits", 1_000, cancellation));
            var shown = open.OrderByDescending(each => each.Waiters).ThenBy(each => each.Condition, StringComparer.Ordinal).Take(Math.Max(1, parsed.GetValue(limit))).ToList();
            return session.Print(parsed, shown, shown.Count == 0 ? ["Nobody waits for a condition."] : Columns.Of([["WAITING", "LOOKED", "NEXT", "CONDITION", "LAST ERROR"], .. shown.Select(Row)]));
        });
        return command;
    }

    private static IReadOnlyList<string> Row(OpenCondition open) =>
    [
        open.Waiters.ToString(CultureInfo.InvariantCulture), open.LookedAt is { } at ? ShowDag.Time(at) : "never", open.NextAt is { } next ? ShowDag.Time(next) : "now",
        Printable.Of(open.Condition), Printable.Of(open.SetAside ?? open.Error ?? ""),
    ];
}
