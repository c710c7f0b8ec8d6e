using System.CommandLine;

namespace Updraft.Cli;

/// <summary>Gives a run a command, and says that it is stored.</summary>
internal static class RunCommandLine
{
    public static async Task<int> TellAsync<T>(Session session, ParseResult parsed, Operation<RunCommand<T>, CommandTaken> operation, string runId, T command, string what, CancellationToken cancellation)
    {
        var taken = await session.AskAsync(parsed, operation, new RunCommand<T>(runId, command), cancellation);
        var exitCode = session.Print(parsed, taken, $"Run {Printable.Of(taken.RunId)} {what}.");
        session.TellDriven(session.FolderOf(parsed), taken.RunId, taken.Driven);
        return exitCode;
    }
}
