using System.CommandLine;
using System.Globalization;
using Updraft.Api;

namespace Updraft.Cli;

/// <summary><c>updraft runs</c>.</summary>
internal static class ListRuns
{
    public static Command Of(Session session)
    {
        var dag = new Option<string?>("--dag") { HelpName = "NAME", Description = "Runs of this DAG." };
        var state = new Option<string[]>("--state") { HelpName = "STATE", Description = "Runs in this state, as in failed; with several, in one of them.", DefaultValueFactory = _ => [] };
        var label = new Option<string[]>("--label") { HelpName = "NAME=VALUE", Description = "Runs with this label; with several, those that have all.", DefaultValueFactory = _ => [] };
        var conf = new Option<string[]>("--param") { HelpName = "NAME=VALUE", Description = "Runs with this value of a param that is indexed; with several, those that have all.", DefaultValueFactory = _ => [] };
        var key = new Option<string?>("--key") { HelpName = "TEXT", Description = "Runs about this." };
        var since = new Option<string?>("--since") { HelpName = "DURATION|TIME", Description = "Runs made since then, as in 2h or 2026-03-01T06:00Z." };
        var until = new Option<string?>("--until") { HelpName = "DURATION|TIME", Description = "Runs made before then." };
        var text = new Option<string?>("--search") { HelpName = "TEXT", Description = "Runs with this in the id, the DAG's name, the key, a label or the note." };
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "How many at most. Default 50.", DefaultValueFactory = _ => 50 };
        var command = session.Asking("runs", "Lists runs, newest first.", dag, state, label, conf, key, since, until, text, limit);
        command.SetAction(async (parsed, cancellation) =>
        {
            string? Time(Option<string?> option) => parsed.GetValue(option) is { } typed ? TimeArguments.Since(typed, session.Terminal.Clock.GetUtcNow()).UtcDateTime.ToString("O", CultureInfo.InvariantCulture) : null;
            ApiPath Path()
            {
                ApiPath path = $"runs";
                return path.With("dag", parsed.GetValue(dag)).With("state", parsed.GetValue(state)!).With("label", parsed.GetValue(label)!).With("conf", parsed.GetValue(conf)!)
                    .With("businessKey", parsed.GetValue(key)).With("since", Time(since)).With("until", Time(until)).With("q", parsed.GetValue(text));
            }
            await using var api = session.Connect(parsed);
            var runs = await api.ListAsync<RunRow>(Path, Math.Max(1, parsed.GetValue(limit)), cancellation);
            return session.Print(parsed, runs, runs.Count == 0 ? [$"There are no {(IsFiltered(parsed) ? "such " : "")}runs in {api.Name}."] : Columns.Of([["RUN", "DAG", "STATE", "CREATED", "TOOK"], .. runs.Select(run => Row(run, session.Terminal.Clock.GetUtcNow()))]));
        });
        return command;

        bool IsFiltered(ParseResult parsed) => command.Options.Except([limit, session.Data, session.Server, session.KeyFile, session.Json]).Any(option => parsed.GetResult(option) is { Implicit: false });
    }

    /// <summary>A run in a line.</summary>
    public static string[] Row(RunRow run, DateTimeOffset now) =>
    [
        Printable.Of(run.RunId),
        run.Dag,
        StateNames.Of(run.State),
        ShowDag.Time(run.CreatedAt),
        run.StartedAt is { } started ? Elapsed.Format((run.EndedAt ?? now.UtcDateTime) - started) : "",
    ];
}
