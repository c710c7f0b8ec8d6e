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
        var dags = new Option<string?>("--dags") { HelpName = "DIR", Description = "Publish the DAGs of this folder, each a folder or YAML file in it, and again when they change." };
        var lane = new Option<string[]>("--lane") { HelpName = "NAME=WORKERS", Description = "How many processes the tasks of a lane may run at once; may be given several times. Default: 2 per core.", DefaultValueFactory = _ => [] };
        var urls = new Option<string?>("--urls") { HelpName = "URL[;URL…]", Description = $"Where the API listens. Default: {ListenAddress.Variable}, else {ListenAddress.Default}." };
        var signIn = new Option<bool>("--sign-in") { Description = "Ask for a key on loopback too. On any other address one is always needed: see 'updraft keys create'." };
        var command = new Command("serve", "Drives all that a data folder holds, and serves its API, until it is stopped.") { dags, lane, urls, signIn, session.Data, session.Storage };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new LocalHostOptions { Folder = session.FolderOf(parsed), Storage = session.StorageOf(parsed), Lanes = LaneArguments.Read(parsed.GetValue(lane)!), Clock = session.Terminal.Clock, Logging = NullLoggerFactory.Instance };
            return ServeAsync(session.Terminal, options, ListenAddress.Read(parsed.GetValue(urls)), parsed.GetValue(signIn), parsed.GetValue(dags) is { } folder ? DagsFolder.Of(folder) : null, cancellation);
        });
        return command;
    }

    private static async Task<int> ServeAsync(Terminal terminal, LocalHostOptions options, ImmutableArray<string> urls, bool signIn, DagsFolder? dags, CancellationToken cancellation)
    {
        using var interrupts = new Interrupts();
        await using var host = await FolderOwnership.RetryAsync(() => LocalHost.OpenAsync(options), FolderOwnership.Patience, cancellation);
        if (signIn || !urls.All(ListenAddress.IsLoopback)) await FirstKey.EnsureAsync(host, terminal, cancellation);
        using var events = new ServeEvents(terminal, host);
        await using var watch = dags is null ? null : new DagsWatch(dags, host, events);
        var server = await host.ListenAsync(urls, signIn);
        await host.StartAsync();
        await host.Services.StartHeartbeatsAsync(options.Lanes.Keys.Append(DagSpec.DefaultLane).Distinct(StringComparer.Ordinal), cancellation);
        if (watch is not null) await watch.StartAsync(cancellation);
        events.Say($"Serving {host.Name}, listening on {string.Join(", ", server.Urls.Add(server.Socket))}. Ctrl+C stops.");
        await interrupts.First.WaitAsync(cancellation);
        events.Say("Stopping: what is at work goes on with the next 'updraft serve'.");
        return ExitCodes.Success;
    }
}
