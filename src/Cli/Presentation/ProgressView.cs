using Spectre.Console;

namespace Updraft.Cli;

/// <summary>Shows how far a run is, again and again.</summary>
internal abstract class ProgressView
{
    /// <summary>Shows a picture.</summary>
    public abstract void Show(RunPicture run, DateTimeOffset now);

    /// <summary>Says something once.</summary>
    public abstract void Say(string line);

    /// <summary>Runs the work with a view that fits the terminal.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="how">For whom the result is: where it goes to a program, progress goes beside it.</param>
    /// <param name="work">What is done meanwhile.</param>
    public static async Task<T> RunAsync<T>(Terminal terminal, PrintForm how, Func<ProgressView, Task<T>> work)
    {
        if (how != PrintForm.Text || !terminal.IsInteractive) return await work(new PlainView(how switch { PrintForm.Text => terminal.Out, PrintForm.Json => terminal.Error, _ => TextWriter.Null }));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) });
        return await console.Live(new Text("")).AutoClear(true).StartAsync(live => work(new LiveView(live, console)));
    }

    /// <summary>Lines, each once.</summary>
    private sealed class PlainView(TextWriter writer) : ProgressView
    {
        private readonly ProgressLog _log = new();

        public override void Show(RunPicture run, DateTimeOffset now)
        {
            foreach (var line in _log.Next(run, now)) Say(line);
        }

        public override void Say(string line)
        {
            writer.WriteLine(line);
            writer.Flush();
        }
    }

    /// <summary>A few lines, redrawn in place.</summary>
    private sealed class LiveView(LiveDisplayContext live, IAnsiConsole console) : ProgressView
    {
        private readonly List<string> _said = [];

        public override void Show(RunPicture run, DateTimeOffset now)
        {
            var room = Math.Max(1, console.Profile.Height - 5 - _said.Count);
            live.UpdateTarget(new Text(string.Join('\n', _said.Concat(ProgressText.Of(run, now, room)))));
        }

        public override void Say(string line)
        {
            _said.Add(line);
            live.UpdateTarget(new Text(string.Join('\n', _said)));
        }
    }
}
