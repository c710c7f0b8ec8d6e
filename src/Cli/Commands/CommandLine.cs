using System.CommandLine;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>The command line: what may be typed, and which command it means.</summary>
internal sealed class CommandLine(Terminal terminal)
{
    private readonly Option<string?> _data = new("--data") { HelpName = "DIR", Description = $"The data folder. Default: {DataFolder.Variable}, else {DataFolder.Default} in the current folder." };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, for programs." };

    /// <summary>Runs what was typed.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        // Otherwise "--conf @file" would mean a file of arguments.
        var parsed = Root().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors is [var error, ..])
        {
            var what = parsed.UnmatchedTokens is [var token, ..] ? $"'{Printable.Of(token)}' means nothing here." : Printable.Of(error.Message);
            terminal.Error.WriteLine($"{what} See 'updraft --help'.");
            return ExitCodes.InvalidInput;
        }
        try
        {
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

    // A list of problems names the code of each.
    private static string Failure(UpdraftException e) => e.Code == DagErrors.Invalid ? Printable.OfLog(e.Message) : $"{e.Code}: {Printable.OfLog(e.Message)}";

    internal RootCommand Root() => new("Runs DAGs of ML and data work, durably.") { RunCommand(), ValidateCommand(), GraphCommand(), RunsCommand(), ShowCommand(), LogsCommand() };

    private Command RunCommand()
    {
        var path = PathArgument();
        var dag = DagOption();
        var conf = new Option<string?>("--conf") { HelpName = "JSON|@FILE", Description = "Values of the DAG's params: a JSON object, or @ and a file that holds one." };
        var runId = new Option<string?>("--run-id") { HelpName = "ID", Description = "The run's id. A run of this id that was cut short goes on; one that has ended shows its result." };
        var label = new Option<string[]>("--label") { HelpName = "NAME=VALUE", Description = "A label of the run; may be given several times.", DefaultValueFactory = _ => [] };
        var command = new Command("run", "Runs a DAG to its end, and shows how it goes.") { path, dag, conf, runId, label, _data, _json };
        command.SetAction((parsed, cancellation) => new RunDag(terminal, new RunOptions
        {
            Path = parsed.GetValue(path)!,
            Dag = parsed.GetValue(dag),
            Conf = parsed.GetValue(conf),
            RunId = parsed.GetValue(runId),
            Labels = parsed.GetValue(label)!,
            DataFolder = DataFolder.Locate(parsed.GetValue(_data)),
            Json = parsed.GetValue(_json),
        }).RunAsync(cancellation));
        return command;
    }

    private Command ValidateCommand()
    {
        var path = PathArgument();
        var command = new Command("validate", "Finds everything that is wrong with the DAGs of a path.") { path, _data };
        command.SetAction(async (parsed, cancellation) =>
        {
            foreach (var dag in (await LoadAsync(parsed.GetValue(path)!, parsed.GetValue(_data), cancellation)).Dags) terminal.Out.WriteLine($"{dag.Name} is valid: {dag.Tasks.Length} {(dag.Tasks.Length == 1 ? "task" : "tasks")}, version {DagJson.Hash(dag)[..12]}");
            return ExitCodes.Success;
        });
        return command;
    }

    private Command GraphCommand()
    {
        var path = PathArgument();
        var dag = DagOption();
        var mermaid = new Option<bool>("--mermaid") { Description = "Print a Mermaid flowchart." };
        var command = new Command("graph", "Shows what waits for what.") { path, dag, mermaid, _data };
        command.SetAction(async (parsed, cancellation) =>
        {
            var shown = (await LoadAsync(parsed.GetValue(path)!, parsed.GetValue(_data), cancellation)).Choose(parsed.GetValue(dag));
            terminal.WriteLines(parsed.GetValue(mermaid) ? MermaidText.Of(shown) : GraphText.Of(shown));
            return ExitCodes.Success;
        });
        return command;
    }

    private Command RunsCommand()
    {
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "How many at most. Default 50.", DefaultValueFactory = _ => 50 };
        var command = new Command("runs", "Lists the runs of the data folder, newest first.") { limit, _data };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var opened = DataFolder.Open(DataFolder.Locate(parsed.GetValue(_data)));
            return await new ListRuns(terminal, opened.Data).RunAsync(Math.Max(1, parsed.GetValue(limit)), cancellation);
        });
        return command;
    }

    private Command ShowCommand()
    {
        var run = RunArgument();
        var command = new Command("show", "Shows a run and its tasks.") { run, _data, _json };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var opened = DataFolder.Open(DataFolder.Locate(parsed.GetValue(_data)));
            return await new ShowRun(terminal, opened.Data).RunAsync(parsed.GetValue(run)!, parsed.GetValue(_json), cancellation);
        });
        return command;
    }

    private Command LogsCommand()
    {
        var run = RunArgument();
        var task = new Argument<string?>("TASK[KEY]") { Arity = ArgumentArity.ZeroOrOne, Description = "A task, or one mapped instance of it; all when left out." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the run has ended." };
        var command = new Command("logs", "Prints what the tasks of a run wrote.") { run, task, follow, _data };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var opened = DataFolder.Open(DataFolder.Locate(parsed.GetValue(_data)));
            var wanted = parsed.GetValue(task) is { } name ? InstanceName.Parse(name) : null;
            return await new PrintLogs(terminal, opened.Data).RunAsync(parsed.GetValue(run)!, wanted, parsed.GetValue(follow), cancellation);
        });
        return command;
    }

    private Task<LoadedDags> LoadAsync(string path, string? data, CancellationToken cancellation) =>
        new DagLoader(DataFolder.Locate(data), terminal.Error.WriteLine).LoadAsync(DagPath.Of(path), cancellation);

    private static Argument<string> PathArgument() => new("PATH") { Description = "A DAG folder, or a YAML file." };

    private static Argument<string> RunArgument() => new("RUN") { Description = "The run's id." };

    private static Option<string?> DagOption() => new("--dag") { HelpName = "NAME", Description = "Which DAG, when the path holds several." };
}
