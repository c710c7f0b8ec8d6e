using System.CommandLine;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft backfill create</c>.</summary>
internal static class CreateBackfillCommand
{
    public static Command Of(Session session)
    {
        var dag = new Argument<string>("DAG") { Description = "A published DAG with a schedule." }.CompletedByDags(session);
        var from = new Option<string>("--from") { HelpName = "TIME", Required = true, Description = "The first instant of the range, as in 2026-03-01 or 7d for seven days ago." };
        var to = new Option<string?>("--to") { HelpName = "TIME", Description = "The end of the range, which is not part of it. Default: now." };
        var id = new Option<string?>("--id") { HelpName = "ID", Description = "Names the backfill: the same twice is one. Default: made from the time." };
        var newest = new Option<bool>("--newest-first") { Description = "Begin with the newest tick." };
        var active = new Option<int>("--max-active") { HelpName = "N", Description = "Runs under way at once. Default 4.", DefaultValueFactory = _ => 4 };
        var reprocess = new Option<string>("--reprocess") { HelpName = "WHICH", Description = "Which ticks get a run: missing (default), failed as well, or all.", DefaultValueFactory = _ => "missing" };
        reprocess.AcceptOnlyFromAmong("missing", "failed", "all");
        var given = new RunGivenOptions();
        var dry = new Option<bool>("--dry-run") { Description = "Only show what would be done." };
        var command = session.Asking("create", "Makes the runs of a range of ticks of a DAG.", dag, from, to, id, newest, active, reprocess, given.Conf, given.Label, dry);
        command.SetAction(async (parsed, cancellation) =>
        {
            var now = session.Terminal.Clock.GetUtcNow();
            var create = new CreateBackfill
            {
                Dag = parsed.GetValue(dag)!,
                Id = parsed.GetValue(id),
                From = TimeArguments.Since(parsed.GetValue(from)!, now),
                To = parsed.GetValue(to) is { } end ? TimeArguments.Since(end, now) : now,
                Order = parsed.GetValue(newest) ? BackfillOrder.NewestFirst : BackfillOrder.OldestFirst,
                MaxActive = parsed.GetValue(active),
                Reprocess = Enum.Parse<Reprocess>(parsed.GetValue(reprocess)!, ignoreCase: true),
                Conf = RunArguments.Conf(parsed.GetValue(given.Conf)),
                Labels = RunArguments.Labels(parsed.GetValue(given.Label)!),
            };
            if (!parsed.GetValue(dry)) return BackfillCommands.Print(session, parsed, await session.AskAsync(parsed, api => api.PostAsync<BackfillAnswer>($"backfills", create, cancellation)));
            var preview = await session.AskAsync(parsed, api => api.PostAsync<BackfillPreview>($"backfills/preview", create, cancellation));
            return session.Print(parsed, preview, [
                FormattableString.Invariant($"{preview.Ticks} ticks: {preview.Missing} would get a run, {preview.Again} would run again."),
                .. Columns.Of([.. preview.First.Select(Row)])]);
        });
        return command;
    }

    private static IReadOnlyList<string> Row(BackfillTick tick) =>
        ["  " + ShowDag.Time(tick.Tick), tick.Status is { } status ? StateNames.Of(status) : "missing", tick.Runs ? "runs" : "stays", Printable.Of(tick.RunId)];
}
