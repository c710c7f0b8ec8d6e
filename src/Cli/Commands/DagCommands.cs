using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft dags</c> and <c>updraft experiments</c>.</summary>
internal static class DagCommands
{
    public static Command Of(Session session) => new("dags", "Shows and controls published DAGs.")
    {
        List(session), ShowDag.Of(session),
        Change(session, "pause", "Keeps a DAG from making runs by itself; it can still be triggered.", DagOperations.Pause, dag => $"{dag.Name} is paused.", withReason: true),
        Change(session, "unpause", "Lets a DAG make runs by itself again.", DagOperations.Unpause, dag => $"{dag.Name} is not paused.", withReason: false),
        Delete(session, "Takes a DAG out of the catalogue; its runs stay."),
    };

    public static Command OfExperiments(Session session) => new("experiments", "Shows and deletes experiments, which are versions published beside a DAG.") { Experiments(session), Delete(session, "Deletes an experiment; its runs stay.") };

    public static Argument<string> NameArgument() => new("DAG") { Description = "The DAG's name, or DAG@EXPERIMENT." };

    private static Command List(Session session)
    {
        var command = new Command("list", "Lists published DAGs.") { session.Data, session.Json };
        command.SetAction((parsed, cancellation) => ListAsync(session, parsed, new DagListRequest(false), cancellation));
        return command;
    }

    private static Command Experiments(Session session)
    {
        var of = new Argument<string?>("DAG") { Arity = ArgumentArity.ZeroOrOne, Description = "Only experiments of this DAG." };
        var command = new Command("list", "Lists experiments.") { of, session.Data, session.Json };
        command.SetAction((parsed, cancellation) => ListAsync(session, parsed, new DagListRequest(true, parsed.GetValue(of)), cancellation));
        return command;
    }

    private static async Task<int> ListAsync(Session session, ParseResult parsed, DagListRequest request, CancellationToken cancellation)
    {
        var dags = await session.AskAsync(parsed, DagOperations.List, request, cancellation);
        return session.Print(parsed, dags, dags.IsEmpty
            ? [request.Experiments ? "There are no experiments." : "No DAG is published: see 'updraft publish'."]
            : Columns.Of([["DAG", "VERSION", "SCHEDULE", "TEAM", "PAUSED"], .. dags.Select(Row)]));
    }

    private static IReadOnlyList<string> Row(PublishedSummary dag) =>
        [dag.Name, FormattableString.Invariant($"{dag.Number} ({dag.Hash?[..12]})"), Printable.Of(dag.Schedule ?? ""), dag.Team ?? "", dag.Paused ? Printable.Of($"yes {dag.PauseReason}".Trim()) : ""];

    private static Command Change(Session session, string name, string description, Operation<DagRequest, PublishedDag> operation, Func<PublishedDag, string> line, bool withReason)
    {
        var dag = NameArgument();
        var team = Session.TeamOption();
        var reason = new Option<string?>("--reason") { HelpName = "TEXT", Description = "Why, to be shown with the DAG." };
        var command = new Command(name, description) { dag, team, session.Data, session.Json };
        if (withReason) command.Add(reason);
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = new DagRequest(parsed.GetValue(dag)!, new Caller(Session.User, parsed.GetValue(team)), withReason ? parsed.GetValue(reason) : null);
            var changed = await session.AskAsync(parsed, operation, request, cancellation);
            return session.Print(parsed, changed, line(changed));
        });
        return command;
    }

    private static Command Delete(Session session, string description)
    {
        var dag = NameArgument();
        var team = Session.TeamOption();
        var command = new Command("delete", description) { dag, team, session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var deleted = await session.AskAsync(parsed, DagOperations.Delete, new DagRequest(parsed.GetValue(dag)!, new Caller(Session.User, parsed.GetValue(team))), cancellation);
            return session.Print(parsed, deleted, $"{deleted.Name} is deleted; its runs stay.");
        });
        return command;
    }
}
