using System.CommandLine;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary><c>updraft trigger</c>.</summary>
internal static class TriggerDag
{
    public static Command Of(Session session)
    {
        var what = new Argument<string>("DAG|PATH") { Description = "A published DAG, or a DAG folder or YAML file that need not be published." };
        var dag = new Option<string?>("--dag") { HelpName = "NAME", Description = "Which DAG, when the path holds several." };
        var version = new Option<string?>("--version") { HelpName = "HASH", Description = "A version of the published DAG, or how its hash begins. Default: the current one." };
        var given = new RunGivenOptions();
        var alone = new Option<string?>("--task") { HelpName = "TASK", Description = "Run this task alone, without what is upstream or downstream of it, as for debugging." };
        var wait = new Option<bool>("--wait") { Description = "Wait until the run has ended, as 'updraft wait' does." };
        var timeout = WaitForRun.TimeoutOption();
        var command = new Command("trigger", "Makes a run and leaves it to whoever drives the data folder.") { what, dag, version, alone, wait, timeout, session.Data, session.Json };
        given.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var run = given.Read(parsed);
            var answer = DagPath.IsPath(parsed.GetValue(what)!)
                ? await session.AskAsync(parsed, RunOperations.Trigger, await InlineAsync(session, parsed, parsed.GetValue(what)!, parsed.GetValue(dag), run, cancellation) with { Alone = parsed.GetValue(alone) }, cancellation, create: true)
                : await session.AskAsync(parsed, RunOperations.TriggerDag, new TriggerPublished(parsed.GetValue(what)!, parsed.GetValue(version), run, parsed.GetValue(alone)), cancellation);
            if (!parsed.GetValue(wait)) return Print(session, parsed, answer);
            session.Terminal.Error.WriteLine(Line(answer));
            return await WaitForRun.WaitAsync(session, parsed, answer.RunId, parsed.GetValue(timeout), cancellation);
        });
        return command;
    }

    /// <summary>A run of the DAG of a path, which goes with the request.</summary>
    private static async Task<TriggerRequest> InlineAsync(Session session, ParseResult parsed, string path, string? name, RunGiven run, CancellationToken cancellation)
    {
        var folder = session.FolderOf(parsed);
        var loaded = await new DagLoader(folder, session.Terminal.Error.WriteLine).LoadAsync(DagPath.Of(path), cancellation);
        var dag = loaded.Choose(name);
        if (ConfCheck.Apply(dag.Params, run.Conf).Problems is { IsEmpty: false } problems) throw Problems.ToException(problems);
        return new TriggerRequest
        {
            Spec = JsonDocument.Parse(DagJson.Serialize(dag)).RootElement,
            Operators = loaded.Operators,
            Package = await loaded.PackageAsync(folder, session.Terminal.Error.WriteLine, cancellation),
            Run = run,
        };
    }

    private static int Print(Session session, ParseResult parsed, TriggerAnswer answer)
    {
        var exitCode = session.Print(parsed, answer, Line(answer));
        session.TellDriven(session.FolderOf(parsed), answer.RunId, answer.Driven);
        return exitCode;
    }

    private static string Line(TriggerAnswer answer) => $"Run {Printable.Of(answer.RunId)} of {answer.Dag} {(answer.Created ? "is made" : "was there before")}.";
}
