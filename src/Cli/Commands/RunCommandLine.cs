using System.CommandLine;
using Updraft.Api;

namespace Updraft.Cli;

/// <summary>Gives a run a command, and says that it is stored.</summary>
internal static class RunCommandLine
{
    public static async Task<int> TellAsync(Session session, ParseResult parsed, string runId, string verb, object command, string what, CancellationToken cancellation)
    {
        var taken = await session.AskAsync(parsed, api => api.PostAsync<CommandTaken>($"runs/{runId}/{verb}", command, cancellation));
        var exitCode = session.Print(parsed, taken, $"Run {Printable.Of(taken.RunId)} {what}.");
        session.TellDriven(parsed, taken.RunId, taken.Driven);
        return exitCode;
    }
}
