using System.Collections.Immutable;
using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary><c>updraft serve</c>: owns a data folder and drives all that is in it, until it is told to stop.</summary>
internal static class ServeFolder
{
    public static Command Of(Session session)
    {
        var lane = new Option<string[]>("--lane") { HelpName = "NAME=WORKERS", Description = "How many processes the tasks of a lane may run at once; may be given several times. Default: 2 per core.", DefaultValueFactory = _ => [] };
        var command = new Command("serve", "Drives all runs of a data folder, and does what other commands ask, until it is stopped.") { lane, session.Data };
        command.SetAction((parsed, cancellation) => ServeAsync(session.Terminal, session.FolderOf(parsed), LaneArguments.Read(parsed.GetValue(lane)!), cancellation));
        return command;
    }

    private static async Task<int> ServeAsync(Terminal terminal, string folder, ImmutableSortedDictionary<string, int> lanes, CancellationToken cancellation)
    {
        using var interrupts = new Interrupts();
        var options = new LocalHostOptions { Folder = folder, Lanes = lanes, Clock = terminal.Clock, Logging = NullLoggerFactory.Instance };
        await using var host = await FolderOwnership.RetryAsync(() => LocalHost.OpenAsync(options), FolderOwnership.Patience, cancellation);
        using var events = new ServeEvents(terminal, host);
        var socket = await host.ListenAsync();
        await host.StartAsync();
        foreach (var lane in lanes.Keys.Append(DagSpec.DefaultLane).Distinct(StringComparer.Ordinal)) await host.WatchLaneAsync(lane, cancellation);
        events.Say($"Serving {folder}, listening on {socket}. Ctrl+C stops.");
        await interrupts.First.WaitAsync(cancellation);
        events.Say("Stopping: what is at work goes on with the next 'updraft serve'.");
        return ExitCodes.Success;
    }
}
