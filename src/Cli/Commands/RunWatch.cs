using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Shows a run until it has ended. Ctrl+C cancels it, and the watch goes on until that is confirmed.</summary>
internal sealed class RunWatch(Terminal terminal, LocalHost host, string runId)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);

    // Storage may come back, as when space is made on a full disk.
    private static readonly TimeSpan StorageGrace = TimeSpan.FromSeconds(10);

    private RunPicture? _picture;
    private long _revision = -1;

    /// <summary>Waits for the end.</summary>
    /// <param name="beside">Whether the result goes to a program.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException">Nothing can be stored any more, or nothing drives the run any more.</exception>
    public Task<RunView> ToEndAsync(bool beside, CancellationToken cancellation) =>
        ProgressView.RunAsync(terminal, beside, async view =>
        {
            using var interrupts = new Interrupts();
            var order = new Dictionary<string, int>(StringComparer.Ordinal) as IReadOnlyDictionary<string, int>;
            Task<string>? interrupt = interrupts.First;
            long? failedAt = null;
            for (var first = true; ; first = false)
            {
                var next = host.Notices.NextAsync(runId);
                var run = (await host.Runs.Reader.GetAsync(runId, cancellation))!;
                if (first) order = RunPictures.OrderOf(await PinnedDag.OfAsync(host.Data, run.Request, cancellation));
                view.Show(await PictureAsync(run, order, cancellation), terminal.Clock.GetUtcNow());
                if (run.Final) return run;

                failedAt = Storage(view, failedAt);
                await Task.WhenAny(next, Task.Delay(Redraw, terminal.Clock, cancellation), interrupt ?? Task.Delay(Timeout.Infinite, cancellation));
                cancellation.ThrowIfCancellationRequested();
                if (!next.IsCompleted) await host.Runs.CheckAsync(run, cancellation);
                if (interrupt is not { IsCompleted: true }) continue;
                view.Say($"Cancelling run {Printable.Of(runId)}: its work is stopped, and its teardowns run. Once more to leave at once.");
                await host.Runs.CancelAsync(runId, new CancelCommand(By: await interrupt), cancellation);
                interrupt = null;
            }
        });

    private async Task<RunPicture> PictureAsync(RunView run, IReadOnlyDictionary<string, int> order, CancellationToken cancellation)
    {
        if (_picture is null || _revision != run.Revision || run.Body.Maps.Any(map => !map.Parts.IsEmpty)) _picture = await RunPictures.OfAsync(host.Runs.Reader, run, order, cancellation);
        _revision = run.Revision;
        return _picture;
    }

    private long? Storage(ProgressView view, long? failedAt)
    {
        if (host.Failure is not { } failure) return null;
        if (failedAt is null) view.Say($"{failure.Code}: {Printable.Of(failure.Message)}");
        else if (terminal.Clock.GetElapsedTime(failedAt.Value) > StorageGrace) throw new UpdraftException(failure.Code, $"{failure.Message}; nothing acknowledged is lost: run again with --run-id '{Printable.Of(runId)}' to go on", failure);
        return failedAt ?? terminal.Clock.GetTimestamp();
    }
}
