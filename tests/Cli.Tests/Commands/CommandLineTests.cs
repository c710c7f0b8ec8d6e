using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli.Tests;

public sealed class CommandLineTests
{
    private static readonly RootCommand Root = new CommandLine(new Terminal(TextReader.Null, TextWriter.Null, TextWriter.Null, false, TimeProvider.System)).Root();

    private static readonly string Page = Repository.Read("docs/cli.md");

    [Fact]
    public void Docs_Commands_AreAllDescribed() =>
        Assert.Empty(Leaves(Root, "updraft").Select(leaf => leaf.Name).Where(name => !Page.Contains($"| `{name}", StringComparison.Ordinal)));

    [Fact]
    public void Docs_Options_AreAllDescribed() =>
        Assert.Empty(Leaves(Root, "updraft").SelectMany(leaf => leaf.Command.Options).Select(option => option.Name).Distinct().Where(name => !Page.Contains($"`{name}", StringComparison.Ordinal)));

    [Theory]
    [InlineData(RunStatus.Success, null, 0)]
    [InlineData(RunStatus.Failed, null, 1)]
    [InlineData(RunStatus.Failed, RunErrors.Stuck, 1)]
    [InlineData(RunStatus.Failed, RunErrors.RunTimeout, 3)]
    [InlineData(RunStatus.Cancelled, null, 4)]
    public void ExitCode_Run_SaysHowItEnded(RunStatus status, string? code, int expected) => Assert.Equal(expected, ExitCodes.Of(status, code));

    [Theory]
    [InlineData("UPD1021", 2)]
    [InlineData("UPD3001", 5)]
    [InlineData(CliErrors.NoData, 5)]
    [InlineData(CliErrors.NoRun, 2)]
    public void ExitCode_Failure_TellsInputFromWhatCannotBeReached(string code, int expected) => Assert.Equal(expected, ExitCodes.Of(code));

    private static IEnumerable<(string Name, Command Command)> Leaves(Command command, string name) =>
        command.Subcommands.SelectMany(inner => inner.Subcommands.Count == 0 ? [($"{name} {inner.Name}", inner)] : Leaves(inner, $"{name} {inner.Name}"));
}
