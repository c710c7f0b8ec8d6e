using System.CommandLine;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft backfill</c>.</summary>
internal static class BackfillCommands
{
    private const int MostListed = 1_000;

    public static Command Of(Session session) => new("backfill", "Makes and controls the runs of a range of ticks.")
    {
        CreateBackfillCommand.Of(session), List(session), Show(session),
        Tell(session, "pause", "Pauses a backfill: no further run is begun."),
        Tell(session, "resume", "Lets a paused backfill go on."),
        Cancel(session),
    };

    /// <summary>A backfill in a line.</summary>
    public static string Line(BackfillView backfill) =>
        FormattableString.Invariant($"{Printable.Of(backfill.Request.Id)}  {backfill.Request.Wanted.Dag}  {backfill.Body.Status.ToString().ToLowerInvariant()}  {backfill.Body.Done} of {backfill.Body.Ticks} done: {backfill.Body.Succeeded} succeeded, {backfill.Body.Failed} failed, {backfill.Body.Cancelled} cancelled, {backfill.Body.Existing} as they were");

    /// <summary>Prints a backfill, and says so where nothing drives it.</summary>
    public static int Print(Session session, ParseResult parsed, BackfillAnswer answer, params IEnumerable<string> more)
    {
        if (!answer.Driven && answer.Backfill.Body.EndedAt is null) session.Terminal.Error.WriteLine($"Nothing drives this backfill now. 'updraft serve' on {session.NameOf(parsed)} does.");
        return session.Print(parsed, answer, [Line(answer.Backfill), .. more]);
    }

    private static ApiPath PathOf(string? dag)
    {
        ApiPath path = $"backfills";
        return path.With("dag", dag);
    }

    private static Argument<string> IdArgument() => new("BACKFILL") { Description = "The backfill's id." };

    private static Command List(Session session)
    {
        var dag = new Option<string?>("--dag") { HelpName = "NAME", Description = "Only of this DAG." };
        var command = session.Asking("list", "Lists backfills, newest first.", dag);
        command.SetAction(async (parsed, cancellation) =>
        {
            var backfills = await session.AskAsync(parsed, api => api.ListAsync<BackfillView>(() => PathOf(parsed.GetValue(dag)), MostListed, cancellation));
            return session.Print(parsed, backfills, backfills.Count == 0 ? ["There are no backfills."] : backfills.Select(Line));
        });
        return command;
    }

    private static Command Show(Session session)
    {
        var id = IdArgument();
        var command = session.Asking("show", "Shows how far a backfill is.", id);
        command.SetAction(async (parsed, cancellation) =>
        {
            var answer = await session.AskAsync(parsed, api => api.GetAsync<BackfillAnswer>($"backfills/{parsed.GetValue(id)!}", cancellation));
            return Print(session, parsed, answer, [
                .. answer.Backfill.Body.Running.Select(run => $"  running  {Printable.Of(run.RunId)}"),
                .. answer.Backfill.Body.Failures.Select(failure => $"  failed   {Printable.Of(failure)}")]);
        });
        return command;
    }

    private static Command Cancel(Session session)
    {
        var id = IdArgument();
        var runs = new Option<bool>("--runs") { Description = "Cancel its runs under way too." };
        var command = session.Asking("cancel", "Cancels a backfill: no further run is begun, and those under way go on.", id, runs);
        command.SetAction(async (parsed, cancellation) =>
            Print(session, parsed, await session.AskAsync(parsed, api => api.PostAsync<BackfillAnswer>($"backfills/{parsed.GetValue(id)!}/cancel", new BackfillCancel(parsed.GetValue(runs)), cancellation))));
        return command;
    }

    private static Command Tell(Session session, string name, string description)
    {
        var id = IdArgument();
        var command = session.Asking(name, description, id);
        command.SetAction(async (parsed, cancellation) => Print(session, parsed, await session.AskAsync(parsed, api => api.PostAsync<BackfillAnswer>($"backfills/{parsed.GetValue(id)!}/{name}", null, cancellation))));
        return command;
    }
}
