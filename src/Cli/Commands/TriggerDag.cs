using System.CommandLine;
using System.Text.Json;
using Updraft.Api;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft trigger</c>.</summary>
internal static class TriggerDag
{
    // The run has its id before it is asked for, so that asking again makes no second one.
    private const int Tries = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static Command Of(Session session)
    {
        var what = new Argument<string>("DAG|PATH") { Description = "A published DAG, or a DAG folder or YAML file that need not be published." }.CompletedByDags(session);
        var dag = new Option<string?>("--dag") { HelpName = "NAME", Description = "Which DAG, when the path holds several." };
        var version = new Option<string?>("--version") { HelpName = "HASH", Description = "A version of the published DAG, or how its hash begins. Default: the current one." };
        var given = new RunGivenOptions();
        var alone = new Option<string?>("--task") { HelpName = "TASK", Description = "Run this task alone, without what is upstream or downstream of it, as for debugging." };
        var wait = new Option<bool>("--wait") { Description = "Wait until the run has ended, as 'updraft wait' does." };
        var (timeout, quiet) = (WaitForRun.TimeoutOption(), WaitForRun.QuietOption());
        var command = session.Asking("trigger", "Makes a run and leaves it to the server, or to whoever drives the data folder.", [what, dag, version, alone, wait, timeout, quiet, .. given.All]);
        command.SetAction(async (parsed, cancellation) =>
        {
            var typed = parsed.GetValue(what)!;
            var run = given.Read(parsed);
            run = run with { RunId = run.RunId ?? RunClient.NewId("manual", session.Terminal.Clock.GetUtcNow()) };
            await using var api = session.Connect(parsed, create: DagPath.IsPath(typed));
            var answer = DagPath.IsPath(typed)
                ? await TriggerPathAsync(session, parsed, api, typed, parsed.GetValue(dag), new TriggerInline { Spec = default, Operators = [], Run = run, Task = parsed.GetValue(alone) }, cancellation)
                : await MakeAsync(session, api, $"dags/{typed}/runs", new TriggerPublished { Run = run, Version = parsed.GetValue(version), Task = parsed.GetValue(alone) }, cancellation);
            return await ToldAsync(session, parsed, api, answer, WaitForRun.FormOf(session, parsed, quiet), parsed.GetValue(wait), parsed.GetValue(timeout), cancellation);
        });
        return command;
    }

    /// <summary>A run of the DAG of a path, which goes with the request.</summary>
    private static async Task<RunAccepted> TriggerPathAsync(Session session, ParseResult parsed, ApiClient api, string path, string? name, TriggerInline asked, CancellationToken cancellation)
    {
        var folder = session.FolderOf(parsed);
        var loaded = await new DagLoader(folder, session.Terminal.Error.WriteLine).LoadAsync(DagPath.Of(path), cancellation);
        var dag = loaded.Choose(name);
        if (ConfCheck.Apply(dag.Params, asked.Run.Conf ?? default).Problems is { IsEmpty: false } problems) throw Problems.ToException(problems);
        var package = await PackageUpload.SendAsync(api, folder, loaded, session.Terminal.Error.WriteLine, cancellation);
        return await MakeAsync(session, api, $"runs", asked with
        {
            Spec = JsonDocument.Parse(DagJson.Serialize(dag)).RootElement,
            Operators = loaded.Operators,
            Package = package,
        }, cancellation);
    }

    private static async Task<RunAccepted> MakeAsync(Session session, ApiClient api, ApiPath path, object body, CancellationToken cancellation)
    {
        for (var number = 1; ; number++)
        {
            try
            {
                return await api.PostAsync<RunAccepted>(path, body, cancellation);
            }
            catch (UpdraftException e) when (number < Tries && (e.Code is CliErrors.OwnerLost or ApiErrors.Stopping || (number > 1 && e.Code == CliErrors.Unreachable)))
            {
                await Task.Delay(Pause, session.Terminal.Clock, cancellation);
            }
        }
    }

    private static async Task<int> ToldAsync(Session session, ParseResult parsed, ApiClient api, RunAccepted answer, PrintForm how, bool wait, string? timeout, CancellationToken cancellation)
    {
        if (how == PrintForm.Quiet) session.Terminal.Out.WriteLine(Printable.Of(answer.RunId));
        if (wait)
        {
            session.Terminal.Out.Flush();
            if (how != PrintForm.Quiet) session.Terminal.Error.WriteLine(Line(answer));
            return await WaitForRun.WaitAsync(session, api, answer.RunId, timeout, how, known: true, cancellation);
        }
        if (how != PrintForm.Quiet) session.Print(parsed, answer, Line(answer));
        session.TellDriven(parsed, answer.RunId, answer.Driven);
        return ExitCodes.Success;
    }

    private static string Line(RunAccepted answer) => $"Run {Printable.Of(answer.RunId)} of {answer.Dag} {(answer.Created ? "is made" : "was there before")}.";
}
