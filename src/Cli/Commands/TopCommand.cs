using System.CommandLine;
using Spectre.Console;
using Updraft.Api;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary><c>updraft top</c>.</summary>
internal static class TopCommand
{
    private const int RowsOfOne = 20;
    private const int OtherRows = 16;

    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(2);

    public static Command Of(Session session)
    {
        var once = new Option<bool>("--once") { Description = "Print it once, as for a pipe." };
        var command = session.Asking("top", "Shows what is under way, what failed, pools, queue and lag, again and again until Ctrl+C.", once);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            if (!parsed.GetValue(once) && !parsed.GetValue(session.Json) && session.Terminal.IsInteractive) return await LiveAsync(session.Terminal, api, cancellation);
            var frame = await FleetFrame.OfAsync(api, session.Terminal.Clock.GetUtcNow(), cancellation);
            return session.Print(parsed, frame, frame.Lines(RowsOfOne));
        });
        return command;
    }

    private static async Task<int> LiveAsync(Terminal terminal, ApiClient api, CancellationToken cancellation)
    {
        using var interrupts = new Interrupts();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) });
        await console.Live(new Text("")).AutoClear(true).StartAsync(async live =>
        {
            for (var first = true; !interrupts.First.IsCompleted; first = false)
            {
                try
                {
                    var frame = await FleetFrame.OfAsync(api, terminal.Clock.GetUtcNow(), cancellation);
                    live.UpdateTarget(new Text(string.Join('\n', frame.Lines(Math.Max(1, console.Profile.Height - OtherRows)))));
                }
                catch (UpdraftException e) when (!first && e.Code is CliErrors.Unreachable or CliErrors.OwnerLost or ApiErrors.Stopping)
                {
                    live.UpdateTarget(new Text($"{Printable.Of(e.Message)}. Asking again."));
                }
                await Task.WhenAny(interrupts.First, Task.Delay(Redraw, terminal.Clock, cancellation));
                cancellation.ThrowIfCancellationRequested();
            }
        });
        return ExitCodes.Success;
    }
}
