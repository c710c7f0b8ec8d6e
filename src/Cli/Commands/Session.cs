using System.CommandLine;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What commands have in common: the terminal, the data folder, its owner, and how answers are printed.</summary>
internal sealed class Session(Terminal terminal)
{
    private static readonly JsonSerializerOptions Indented = new(OrchestrationJson.Options) { WriteIndented = true };

    public Terminal Terminal => terminal;

    public Option<string?> Data { get; } = new("--data") { HelpName = "DIR", Description = $"The data folder. Default: {DataFolder.Variable}, else {DataFolder.Default} in the current folder." };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON, for programs." };

    /// <summary>Who asks, to be shown with what was asked.</summary>
    public static string User => Environment.UserName;

    public static Argument<string> RunArgument() => new("RUN") { Description = "The run's id." };

    public static Argument<string> PathArgument() => new("PATH") { Description = "A DAG folder, or a YAML file." };

    public static Option<string?> TeamOption() => new("--team") { HelpName = "NAME", Description = "The team for which you act. A DAG that belongs to a team is changed by that team alone." };

    public string FolderOf(ParseResult parsed) => DataFolder.Locate(parsed.GetValue(Data));

    /// <summary>Has the owner of the data folder do something.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="create">Whether a data folder that is not there is made.</param>
    public async Task<TAnswer> AskAsync<TRequest, TAnswer>(ParseResult parsed, Operation<TRequest, TAnswer> operation, TRequest request, CancellationToken cancellation, bool create = false)
    {
        await using var owner = await Owner.FindAsync(FolderOf(parsed), terminal.Clock, create, cancellation);
        return await owner.AskAsync(operation, request, cancellation);
    }

    /// <summary>Prints an answer: as JSON where that was asked for, else as lines.</summary>
    /// <returns>The exit code.</returns>
    public int Print<T>(ParseResult parsed, T answer, params IEnumerable<string> lines)
    {
        if (parsed.GetValue(Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(answer, Indented));
        else terminal.WriteLines(lines);
        return ExitCodes.Success;
    }

    /// <summary>Says what to do where nothing drives a run.</summary>
    public void TellDriven(string folder, string runId, bool driven)
    {
        if (!driven) terminal.Error.WriteLine($"Nothing drives this run now. 'updraft serve' on {folder} does, or 'updraft run PATH --run-id {Printable.Of(runId)}'.");
    }
}
