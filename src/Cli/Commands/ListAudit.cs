using System.CommandLine;
using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft audit</c>.</summary>
internal static class ListAudit
{
    public static Command Of(Session session)
    {
        var by = new Option<string?>("--by") { HelpName = "NAME", Description = "Only what this one did." };
        var action = new Option<string?>("--action") { HelpName = "ACTION", Description = "Only actions that begin so." };
        var team = new Option<string?>("--team") { HelpName = "NAME", Description = "Only what concerns this team." };
        var since = new Option<string?>("--since") { HelpName = "DURATION|TIME", Description = "Only since then, as in 2h or 2026-03-01T06:00Z." };
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "How many at most. Default 50.", DefaultValueFactory = _ => 50 };
        var command = session.Asking("audit", "Lists who did what, newest first.", by, action, team, since, limit);
        command.SetAction(async (parsed, cancellation) =>
        {
            ApiPath Path()
            {
                ApiPath path = $"audit";
                var from = parsed.GetValue(since) is { } typed ? TimeArguments.Since(typed, session.Terminal.Clock.GetUtcNow()).UtcDateTime.ToString("O", CultureInfo.InvariantCulture) : null;
                return path.With("by", parsed.GetValue(by)).With("action", parsed.GetValue(action)).With("team", parsed.GetValue(team)).With("since", from);
            }
            var entries = await session.AskAsync(parsed, api => api.ListAsync<AuditEntry>(Path, Math.Max(1, parsed.GetValue(limit)), cancellation));
            return session.Print(parsed, entries, entries.Count == 0 ? ["Nothing was done."] : Columns.Of([.. entries.Select(Row)]));
        });
        return command;
    }

    private static IReadOnlyList<string> Row(AuditEntry entry) =>
    [
        ShowDag.Time(entry.At), Printable.Of(entry.By), Printable.Of(entry.Action),
        Printable.Of(string.Join(' ', entry.Object.Select(part => $"{part.Key}={part.Value}"))), entry.Status?.ToString(CultureInfo.InvariantCulture) ?? "cut short",
    ];
}
