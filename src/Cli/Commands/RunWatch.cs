using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Shows a run until it has ended. Ctrl+C cancels it, and the watch goes on until that is confirmed.</summary>
internal sealed class RunWatch(Terminal terminal, LocalHost host, string runId)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);

    // Storage may come back, as when space is made on a full disk.
    private static readonly TimeSpan StorageGrace = TimeSpan.FromSeconds(10);

    private RunShown? _shown;

    /// <summary>Waits for the end.</summary>
    /// <param name="how">For whom the result is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException">Nothing can be stored any more, or nothing drives the run any more.</exception>
    public Task<RunShown> ToEndAsync(PrintForm how, CancellationToken cancellation) =>
        ProgressView.RunAsync(terminal, how, async view =>
        {
            using var interrupts = new Interrupts();
            Task<string>? interrupt = interrupts.First;
            long? failedAt = null;
            DagSpec? dag = null;
            while (true)
            {
                using var next = host.Notices.Next(runId);
                var run = (await host.Runs.Reader.GetAsync(runId, cancellation))!;
                dag ??= await PinnedDag.OfAsync(host.Services.Actors.Specs, run.Request, cancellation);
                var shown = await ShownAsync(run, dag, cancellation);
                view.Show(shown.Picture, terminal.Clock.GetUtcNow());
                if (run.Final) return shown;

                failedAt = Storage(view, failedAt);
                await Task.WhenAny(next.Task, Task.Delay(Redraw, terminal.Clock, cancellation), interrupt ?? Task.Delay(Timeout.Infinite, cancellation));
                cancellation.ThrowIfCancellationRequested();
                if (!next.Task.IsCompleted) await host.Runs.CheckAsync(run, cancellation);
                if (interrupt is not { IsCompleted: true }) continue;
                view.Say($"Cancelling run {Printable.Of(runId)}: its work is stopped, and its teardowns run. Once more to leave at once.");
                await host.Runs.CancelAsync(runId, new CancelCommand(By: await interrupt), cancellation);
                interrupt = null;
            }
        });

    private async Task<RunShown> ShownAsync(RunView run, DagSpec dag, CancellationToken cancellation) =>
        _shown is { } shown && shown.Run.Revision == run.Revision && !run.Body.Maps.Any(map => !map.Parts.IsEmpty) ? shown : _shown = await RunShown.OfAsync(host.Services, run, dag, cancellation);

    private long? Storage(ProgressView view, long? failedAt)
    {
        if (host.Failure is not { } failure) return null;
        if (failedAt is null) view.Say($"{failure.Code}: {Printable.Of(failure.Message)}");
        else if (terminal.Clock.GetElapsedTime(failedAt.Value) > StorageGrace) throw new UpdraftException(failure.Code, $"{failure.Message}; nothing acknowledged is lost: run again with --run-id '{Printable.Of(runId)}' to go on", failure);
        return failedAt ?? terminal.Clock.GetTimestamp();
    }
}
