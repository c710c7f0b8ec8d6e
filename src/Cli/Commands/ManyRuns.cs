using System.CommandLine;
using System.Globalization;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>The runs that a command is about: one by its id, or all that a filter finds, whose number is shown and confirmed first.</summary>
internal sealed class ManyRuns(Session session)
{
    private readonly Argument<string?> _run = new Argument<string?>("RUN") { Arity = ArgumentArity.ZeroOrOne, Description = "The run's id; or choose runs with the options below." }.CompletedByRuns(session);
    private readonly Option<string?> _dag = new("--dag") { HelpName = "NAME", Description = "Runs of this DAG." };
    private readonly Option<string?> _state = new("--state") { HelpName = "STATE", Description = "Runs in this state, as in failed." };
    private readonly Option<string[]> _label = new("--label") { HelpName = "NAME=VALUE", Description = "Runs with this label; with several, those that have all.", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _since = new("--since") { HelpName = "DURATION|TIME", Description = "Runs made since then, as in 2h or 2026-03-01T06:00Z." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask before many runs are changed." };

    public IEnumerable<Symbol> Symbols => [_run, _dag, _state, _label, _since, _yes];

    /// <summary>Whether one run was named.</summary>
    public bool IsOne(ParseResult parsed) => parsed.GetValue(_run) is not null;

    /// <summary>Does something to each of the runs. With a filter, it is asked first, unless <c>--yes</c> was given.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="what">What is about to be done, as in <c>Cancel</c>.</param>
    /// <param name="work">Does it to one.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<int> ForEachAsync(ParseResult parsed, string what, Func<ApiClient, string, Task<BulkLine>> work, CancellationToken cancellation)
    {
        await using var api = session.Connect(parsed);
        if (parsed.GetValue(_run) is { } one)
        {
            var line = await work(api, one);
            session.Print(parsed, line, line.Text);
            session.TellDriven(parsed, line.RunId, line.Driven);
            return ExitCodes.Success;
        }
        var found = await api.PostAsync<RunMatch>($"runs/match", Filter(parsed), cancellation);
        if (found.Count == 0) return session.Print(parsed, found.Ids, "No run is like that.");
        if (!parsed.GetValue(_yes) && !Confirm(what, found)) return ExitCodes.InvalidInput;
        var lines = new List<BulkLine>();
        foreach (var run in found.Ids) lines.Add(await work(api, run));
        return session.Print(parsed, lines, lines.Select(line => line.Text));
    }

    private RunFilter Filter(ParseResult parsed)
    {
        var filter = new RunFilter
        {
            Dag = parsed.GetValue(_dag),
            Statuses = parsed.GetValue(_state) is { } state ? [StateNames.ParseStatus(state)] : [],
            Labels = RunArguments.Labels(parsed.GetValue(_label)!),
            Since = parsed.GetValue(_since) is { } since ? TimeArguments.Since(since, session.Terminal.Clock.GetUtcNow()) : null,
        };
        return filter is { Dag: null, Statuses.IsEmpty: true, Labels.IsEmpty: true, Since: null } ? throw new UpdraftException(CliErrors.NoRun, "name a run, or choose runs with --dag, --state, --label or --since") : filter;
    }

    private bool Confirm(string what, RunMatch runs)
    {
        var terminal = session.Terminal;
        terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {runs.Count} {(runs.Count == 1 ? "run" : "runs")}: {string.Join(", ", runs.Ids.Take(5).Select(Printable.Of))}{(runs.Count > 5 ? ", …" : "")}{(runs.Cut ? "; there may be more, for which the command is to be given again" : "")}"));
        terminal.Error.Write("Go on? [y/N] ");
        if (terminal.In.ReadLine()?.Trim() is "y" or "Y" or "yes") return true;
        terminal.Error.WriteLine("Nothing was done.");
        return false;
    }
}

/// <summary>What was done to one of several runs.</summary>
/// <param name="RunId">The run that there is now.</param>
/// <param name="Text">For people.</param>
/// <param name="Driven">Whether a process drives it now.</param>
internal sealed record BulkLine(string RunId, string Text, bool Driven);
