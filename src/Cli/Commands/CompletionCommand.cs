using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Updraft.Api;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary><c>updraft completion</c>: what shells ask while a command is typed.</summary>
internal static class CompletionCommand
{
    private const string Directive = "[suggest";
    private const int MostNames = 50;

    /// <summary>A shell that waits is worse than one that knows no names.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static Command Of(Session session)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or powershell." };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.Shells]);
        var command = new Command("completion", "Prints a script that lets a shell complete what is typed.") { shell };
        command.SetAction(parsed =>
        {
            session.Terminal.Out.Write(CompletionScripts.Of(parsed.GetValue(shell)!));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>Whether a shell asks: <c>[suggest:12]</c> and what is typed so far, without the program.</summary>
    public static bool IsAsked(IReadOnlyList<string> arguments) => arguments is [var first, ..] && first.StartsWith(Directive, StringComparison.Ordinal);

    /// <summary>Prints what may come next, a line each.</summary>
    public static int Complete(Terminal terminal, RootCommand root, IReadOnlyList<string> arguments)
    {
        var typed = arguments.Count > 1 ? arguments[1] : "";
        var at = int.TryParse(arguments[0][Directive.Length..].Trim(':', ']'), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? Math.Clamp(given, 0, typed.Length) : typed.Length;
        foreach (var item in root.Parse(typed[..at]).GetCompletions(at).Select(item => item.Label).Distinct(StringComparer.Ordinal)) terminal.Out.WriteLine(Printable.Of(item));
        return ExitCodes.Success;
    }

    /// <summary>Completes an argument by the names of DAGs.</summary>
    public static Argument<T> CompletedByDags<T>(this Argument<T> argument, Session session) =>
        CompletedBy(argument, session, async (api, cancellation) => (await api.ListAsync<Orchestration.PublishedSummary>(() => $"dags", MostNames, cancellation)).Select(dag => dag.Name));

    /// <summary>Completes an argument by the ids of runs.</summary>
    public static Argument<T> CompletedByRuns<T>(this Argument<T> argument, Session session) =>
        CompletedBy(argument, session, async (api, cancellation) => (await api.ListAsync<RunRow>(() => $"runs", MostNames, cancellation)).Select(run => run.RunId));

    private static Argument<T> CompletedBy<T>(Argument<T> argument, Session session, Func<ApiClient, CancellationToken, Task<IEnumerable<string>>> names)
    {
        argument.HelpName = argument.Name; // Else the help would ask for the names and show them.
        argument.CompletionSources.Add(context =>
        {
            var found = Task.Run(() => NamesAsync(session, context.ParseResult, names));
            return found.Wait(session.CompletionPatience) ? found.Result.Where(name => name.StartsWith(context.WordToComplete, StringComparison.Ordinal)).Select(name => new CompletionItem(name)) : [];
        });
        return argument;
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(Session session, ParseResult parsed, Func<ApiClient, CancellationToken, Task<IEnumerable<string>>> names)
    {
        using var over = new CancellationTokenSource(session.CompletionPatience);
        try
        {
            await using var api = session.Connect(parsed);
            return [.. await names(api, over.Token)];
        }
        catch (Exception e) when (e is UpdraftException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // What cannot be asked has no names to offer: the command itself will say why.
            return [];
        }
    }
}
