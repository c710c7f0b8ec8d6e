using System.CommandLine;
using System.Text.Json;
using Updraft.Azure;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What commands have in common: the terminal, whom they ask, and how answers are printed.</summary>
internal sealed class Session(Terminal terminal)
{
    private static readonly JsonSerializerOptions Indented = new(OrchestrationJson.Options) { WriteIndented = true };

    public Terminal Terminal => terminal;

    /// <summary>How long a shell that completes a name waits for it.</summary>
    public TimeSpan CompletionPatience { get; init; } = CompletionCommand.Patience;

    public Option<string?> Data { get; } = new("--data") { HelpName = "DIR", Description = $"The data folder. Default: {DataFolder.Variable}, else {DataFolder.Default} in the current folder." };

    public Option<string?> Storage { get; } = new("--storage") { HelpName = "CONNECTION|URL", Description = $"The storage account that holds the documents, logs and outputs of the data folder, in the container {FolderStorage.ContainerVariable} or '{AzureStorageOptions.DefaultContainer}'. Default: {FolderStorage.Variable}, else what the folder was made with." };

    public Option<string?> Server { get; } = new("--server") { HelpName = "URL", Description = $"The server that is asked, instead of a data folder. Default: {ServerAddress.Variable}, else none." };

    public Option<string?> KeyFile { get; } = new("--key-file") { HelpName = "FILE", Description = $"A file that holds the key for the server, which only you may read. Default: the key in {ServerAddress.KeyVariable}, else the file of {ServerAddress.KeyFileVariable}." };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON, for programs." };

    /// <summary>Who asks, to be shown with what was asked.</summary>
    public static string User => Environment.UserName;

    public Argument<string> RunArgument() => new Argument<string>("RUN") { Description = "The run's id." }.CompletedByRuns(this);

    public static Argument<string> PathArgument() => new("PATH") { Description = "A DAG folder, or a YAML file." };

    public static Option<string?> TeamOption() => new("--team") { HelpName = "NAME", Description = "The team for which you act." };

    /// <summary>A command that asks, with the options that say whom.</summary>
    public Command Asking(string name, string description, params IEnumerable<Symbol> symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols.Concat([Data, Storage, Server, KeyFile, Json]))
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }
        return command;
    }

    public string FolderOf(ParseResult parsed) => DataFolder.Locate(parsed.GetValue(Data));

    /// <summary>The storage account that was named for the data folder; null for none.</summary>
    public string? StorageOf(ParseResult parsed) => FolderStorage.Locate(parsed.GetValue(Storage));

    /// <summary>Whom a command asks: the server or data folder that was typed, else that of the environment.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="create">Whether a data folder that is not there is made.</param>
    /// <exception cref="UpdraftException">Both were typed, or the address or the key cannot be used.</exception>
    public ApiClient Connect(ParseResult parsed, bool create = false) =>
        ServerAddress.Read(parsed.GetValue(Server), parsed.GetValue(Data)) is { } server
            ? ApiClient.OfServer(server, ServerAddress.ReadKey(parsed.GetValue(KeyFile)))
            : ApiClient.OfFolder(FolderOf(parsed), terminal.Clock, create, StorageOf(parsed));

    /// <summary>Asks once.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="ask">What is asked.</param>
    /// <param name="create">Whether a data folder that is not there is made.</param>
    public async Task<T> AskAsync<T>(ParseResult parsed, Func<ApiClient, Task<T>> ask, bool create = false)
    {
        await using var api = Connect(parsed, create);
        return await ask(api);
    }

    /// <summary>Prints an answer: as JSON where that was asked for, else as lines.</summary>
    /// <returns>The exit code.</returns>
    public int Print<T>(ParseResult parsed, T answer, params IEnumerable<string> lines)
    {
        if (parsed.GetValue(Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(answer, Indented));
        else terminal.WriteLines(lines);
        return ExitCodes.Success;
    }

    /// <summary>What is asked, for people: the address of a server, or a data folder.</summary>
    public string NameOf(ParseResult parsed) => ServerAddress.Read(parsed.GetValue(Server), parsed.GetValue(Data))?.ToString() ?? FolderOf(parsed);

    /// <summary>Says what to do where nothing drives a run.</summary>
    public void TellDriven(ParseResult parsed, string runId, bool driven)
    {
        if (!driven) terminal.Error.WriteLine($"Nothing drives this run now. 'updraft serve' on {NameOf(parsed)} does, or 'updraft run PATH --run-id {Printable.Of(runId)}'.");
    }
}
