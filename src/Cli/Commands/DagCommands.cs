using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft dags</c> and <c>updraft experiments</c>.</summary>
internal static class DagCommands
{
    public static Command Of(Session session) => new("dags", "Shows and controls published DAGs.")
    {
        List(session), ShowDag.Of(session), Pause(session), Unpause(session), Delete(session, "Takes a DAG out of the catalogue; its runs stay."),
    };

    public static Command OfExperiments(Session session) => new("experiments", "Shows and deletes experiments, which are versions published beside a DAG.") { Experiments(session), Delete(session, "Deletes an experiment; its runs stay.") };

    public static Argument<string> NameArgument(Session session) => new Argument<string>("DAG") { Description = "The DAG's name, or DAG@EXPERIMENT." }.CompletedByDags(session);

    private static Command List(Session session)
    {
        var command = session.Asking("list", "Lists published DAGs.");
        command.SetAction((parsed, cancellation) => ListAsync(session, parsed, experiments: false, of: null, cancellation));
        return command;
    }

    private static Command Experiments(Session session)
    {
        var of = new Argument<string?>("DAG") { Arity = ArgumentArity.ZeroOrOne, Description = "Only experiments of this DAG." };
        var command = session.Asking("list", "Lists experiments.", of);
        command.SetAction((parsed, cancellation) => ListAsync(session, parsed, experiments: true, parsed.GetValue(of), cancellation));
        return command;
    }

    private static async Task<int> ListAsync(Session session, ParseResult parsed, bool experiments, string? of, CancellationToken cancellation)
    {
        await using var api = session.Connect(parsed);
        var dags = await api.PagesAsync<PublishedSummary>(after => PathOf(experiments, of).With("after", after), cancellation).ToListAsync(cancellation);
        return session.Print(parsed, dags, dags.Count == 0
            ? [experiments ? "There are no experiments." : "No DAG is published: see 'updraft publish'."]
            : Columns.Of([["DAG", "VERSION", "SCHEDULE", "TEAM", "PAUSED"], .. dags.Select(Row)]));
    }

    private static ApiPath PathOf(bool experiments, string? of)
    {
        ApiPath path = $"dags";
        return path.With("experiments", experiments).With("of", of).With("count", 1_000);
    }

    private static IReadOnlyList<string> Row(PublishedSummary dag) =>
        [dag.Name, FormattableString.Invariant($"{dag.Number} ({dag.Hash?[..12]})"), Printable.Of(dag.Schedule ?? ""), dag.Team ?? "", dag.Paused ? Printable.Of($"yes {dag.PauseReason}".Trim()) : ""];

    private static Command Pause(Session session)
    {
        var dag = NameArgument(session);
        var reason = new Option<string?>("--reason") { HelpName = "TEXT", Description = "Why, to be shown with the DAG." };
        var command = session.Asking("pause", "Keeps a DAG from making runs by itself; it can still be triggered.", dag, reason);
        command.SetAction(async (parsed, cancellation) =>
        {
            var paused = await session.AskAsync(parsed, api => api.PostAsync<PublishedDag>($"dags/{parsed.GetValue(dag)!}/pause", new Api.PauseDag(parsed.GetValue(reason)), cancellation));
            return session.Print(parsed, paused, $"{paused.Name} is paused.");
        });
        return command;
    }

    private static Command Unpause(Session session)
    {
        var dag = NameArgument(session);
        var command = session.Asking("unpause", "Lets a DAG make runs by itself again.", dag);
        command.SetAction(async (parsed, cancellation) =>
        {
            var unpaused = await session.AskAsync(parsed, api => api.PostAsync<PublishedDag>($"dags/{parsed.GetValue(dag)!}/unpause", null, cancellation));
            return session.Print(parsed, unpaused, $"{unpaused.Name} is not paused.");
        });
        return command;
    }

    private static Command Delete(Session session, string description)
    {
        var dag = NameArgument(session);
        var command = session.Asking("delete", description, dag);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            await api.DeleteAsync($"dags/{parsed.GetValue(dag)!}", cancellation);
            return session.Print(parsed, new DagDeleted(parsed.GetValue(dag)!), $"{Printable.Of(parsed.GetValue(dag)!)} is deleted; its runs stay.");
        });
        return command;
    }

    /// <summary>A DAG or experiment is no longer published.</summary>
    private sealed record DagDeleted(string Name);
}
