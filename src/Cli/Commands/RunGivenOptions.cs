using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>The options with which a run is given its id, conf and labels.</summary>
internal sealed class RunGivenOptions
{
    public Option<string?> Conf { get; } = new("--conf") { HelpName = "JSON|@FILE", Description = "Values of the DAG's params: a JSON object, or @ and a file that holds one." };

    public Option<string?> RunId { get; } = new("--run-id") { HelpName = "ID", Description = "The run's id. Default: made from the time." };

    public Option<string[]> Label { get; } = new("--label") { HelpName = "NAME=VALUE", Description = "A label of the run; may be given several times.", DefaultValueFactory = _ => [] };

    public Option<string?> Note { get; } = new("--note") { HelpName = "TEXT", Description = "Why the run is asked for." };

    public Option<string?> BusinessKey { get; } = new("--key") { HelpName = "TEXT", Description = "What the run is about: events to it are sent by this key. Default: what the DAG says." };

    public IEnumerable<Option> All => [Conf, RunId, Label, Note, BusinessKey];

    public Api.RunGiven Read(ParseResult parsed) => new()
    {
        RunId = parsed.GetValue(RunId) is { } runId ? RunClient.CheckedId(runId) : null,
        Conf = RunArguments.Conf(parsed.GetValue(Conf)),
        Labels = RunArguments.Labels(parsed.GetValue(Label)!),
        Note = parsed.GetValue(Note),
        BusinessKey = parsed.GetValue(BusinessKey),
    };
}
