using System.CommandLine;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Cli;

/// <summary>The command line: what may be typed, and which command it means.</summary>
internal sealed class CommandLine(Terminal terminal, TimeSpan? completionPatience = null)
{
    private readonly Session _session = new(terminal) { CompletionPatience = completionPatience ?? CompletionCommand.Patience };

    /// <summary>Runs what was typed.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        // Otherwise "--conf @file" would mean a file of arguments.
        var root = Root();
        try
        {
            if (CompletionCommand.IsAsked(arguments)) return CompletionCommand.Complete(terminal, root, arguments);
            var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors is [var error, ..])
            {
                var what = parsed.UnmatchedTokens is [var token, ..] ? $"'{Printable.Of(token)}' means nothing here{Meant(parsed, token)}" : Printable.Of(error.Message);
                terminal.Error.WriteLine($"{what}{(what[^1] is '.' or '?' ? "" : ".")} See 'updraft --help'.");
                return ExitCodes.InvalidInput;
            }
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = terminal.Out, Error = terminal.Error };
            return await parsed.InvokeAsync(invocation);
        }
        catch (UpdraftException e)
        {
            terminal.Error.WriteLine(Failure(e));
            return ExitCodes.Of(e.Code);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            terminal.Error.WriteLine($"{CliErrors.Files}: {Printable.Of(e.Message)}");
            return ExitCodes.Of(CliErrors.Files);
        }
    }

    private static string Meant(ParseResult parsed, string token)
    {
        var command = parsed.CommandResult.Command;
        var known = token.StartsWith('-') ? command.Options.SelectMany(option => option.Aliases.Append(option.Name)) : command.Subcommands.Select(inner => inner.Name);
        return Printable.Of(Suggestion.For(token, known));
    }

    // A list of problems names the code of each.
    private static string Failure(UpdraftException e) => e.Code == DagErrors.Invalid ? Printable.OfLog(e.Message) : $"{e.Code}: {Printable.OfLog(e.Message)}";

    internal RootCommand Root() => new("Runs DAGs of ML and data work, durably.")
    {
        RunCommand(), ServeFolder.Of(_session), TriggerDag.Of(_session), WaitForRun.Of(_session),
        ValidateCommand(), GraphCommand(), ListRuns.Of(_session), ShowRun.Of(_session), PrintLogs.Of(_session), FileCommands.Of(_session), FileCommands.Output(_session),
        CancelRun.Of(_session), PauseRun.Pause(_session), PauseRun.Resume(_session), ClearRun.Of(_session), MarkRun.Of(_session), RerunRun.Of(_session), NoteRun.Of(_session), ExplainTask.Of(_session), PrioritiseRun.Of(_session), PoolCommands.Of(_session),
        PublishPath.Of(_session), DagCommands.Of(_session), DagCommands.OfExperiments(_session),
        BackfillCommands.Of(_session), DatasetCommands.Of(_session), BackupCommands.Backup(_session), BackupCommands.Restore(_session),
        EventCommands.Of(_session), ApprovalCommands.Of(_session), ConnectionCommands.Of(_session), VariableCommands.Of(_session), QueueCommands.Of(_session), ListWaits.Of(_session), ListAlerts.Of(_session), ShowHealth.Of(_session), RetainRuns.Of(_session),
        KeyCommands.Of(_session), KeyCommands.WhoAmI(_session), TeamCommands.Of(_session), ListAudit.Of(_session), ShowCosts.Of(_session), ShowStatistics.Of(_session), ImportCrontab.Of(_session), TopCommand.Of(_session), DoctorCommand.Of(_session), CompletionCommand.Of(_session),
    };

    private Command RunCommand()
    {
        var path = Session.PathArgument();
        var dag = DagOption();
        var given = new RunGivenOptions();
        var command = new Command("run", "Runs a DAG to its end, and shows how it goes.") { path, dag, _session.Data, _session.Storage, _session.Json };
        foreach (var option in given.All) command.Add(option);
        command.SetAction((parsed, cancellation) => new RunDag(terminal, new RunOptions
        {
            Path = parsed.GetValue(path)!,
            Dag = parsed.GetValue(dag),
            Conf = parsed.GetValue(given.Conf),
            RunId = parsed.GetValue(given.RunId),
            Labels = parsed.GetValue(given.Label)!,
            Note = parsed.GetValue(given.Note),
            BusinessKey = parsed.GetValue(given.BusinessKey),
            DataFolder = _session.FolderOf(parsed),
            Storage = _session.StorageOf(parsed),
            Form = parsed.GetValue(_session.Json) ? PrintForm.Json : PrintForm.Text,
        }).RunAsync(cancellation));
        return command;
    }

    private Command ValidateCommand()
    {
        var path = Session.PathArgument();
        var command = new Command("validate", "Finds everything that is wrong with the DAGs of a path.") { path, _session.Data };
        command.SetAction(async (parsed, cancellation) =>
        {
            var connections = Connections.OfHost(_session.FolderOf(parsed), terminal.Clock);
            foreach (var dag in (await LoadAsync(parsed.GetValue(path)!, parsed.GetValue(_session.Data), cancellation)).Dags)
            {
                foreach (var warning in await connections.WarningsAsync(dag, cancellation)) terminal.Error.WriteLine($"Warning: {Printable.Of(warning)}");
                terminal.Out.WriteLine($"{dag.Name} is valid: {dag.Tasks.Length} {(dag.Tasks.Length == 1 ? "task" : "tasks")}, version {DagJson.Hash(dag)[..12]}");
            }
            return ExitCodes.Success;
        });
        return command;
    }

    private Command GraphCommand()
    {
        var path = Session.PathArgument();
        var dag = DagOption();
        var mermaid = new Option<bool>("--mermaid") { Description = "Print a Mermaid flowchart." };
        var command = new Command("graph", "Shows what waits for what.") { path, dag, mermaid, _session.Data };
        command.SetAction(async (parsed, cancellation) =>
        {
            var shown = (await LoadAsync(parsed.GetValue(path)!, parsed.GetValue(_session.Data), cancellation)).Choose(parsed.GetValue(dag));
            terminal.WriteLines(parsed.GetValue(mermaid) ? MermaidText.Of(shown) : GraphText.Of(shown));
            return ExitCodes.Success;
        });
        return command;
    }

    private Task<LoadedDags> LoadAsync(string path, string? data, CancellationToken cancellation) =>
        new DagLoader(DataFolder.Locate(data), terminal.Error.WriteLine).LoadAsync(DagPath.Of(path), cancellation);

    private static Option<string?> DagOption() => new("--dag") { HelpName = "NAME", Description = "Which DAG, when the path holds several." };
}
