using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>
/// Follows a run that another process drives, or may drive later. The run's document is the truth, so nothing that becomes of its owner
/// matters; an owner that listens only says when to look.
/// </summary>
internal sealed class RunFollow(Terminal terminal, DataFolder data, string runId) : IAsyncDisposable
{
    // A picture reads every task instance.
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(500);

    private readonly RunReader _reader = new(data.State);
    private RemoteOwner? _owner;
    private bool _told;

    /// <summary>Waits for the end.</summary>
    /// <param name="timeout">Longest wait; null for none.</param>
    /// <param name="beside">Whether the result goes to a program.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The run, which has not ended when the time is over.</returns>
    /// <exception cref="UpdraftException">There is no such run, or nothing can drive it any more.</exception>
    public Task<RunView> ToEndAsync(TimeSpan? timeout, bool beside, CancellationToken cancellation) =>
        ProgressView.RunAsync(terminal, beside, async view =>
        {
            using var over = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, terminal.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
            long? drawn = null;
            IReadOnlyDictionary<string, int>? order = null;
            while (true)
            {
                var run = await _reader.GetAsync(runId, cancellation) ?? throw await NoRun.OfAsync(data, runId, cancellation);
                order ??= RunPictures.OrderOf(await PinnedDag.OfAsync(data, run.Request, cancellation));
                if (run.Final || drawn is not { } last || terminal.Clock.GetElapsedTime(last) >= Redraw)
                {
                    view.Show(await RunPictures.OfAsync(_reader, run, order, cancellation), terminal.Clock.GetUtcNow());
                    drawn = terminal.Clock.GetTimestamp();
                }
                if (run.Final) return run;
                try
                {
                    await LaterAsync(run, view, either.Token);
                }
                catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellation.IsCancellationRequested)
                {
                    return run;
                }
            }
        });

    public ValueTask DisposeAsync() => _owner?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Completes when it is time to look again.</summary>
    private async Task LaterAsync(RunView run, ProgressView view, CancellationToken cancellation)
    {
        _owner ??= await RemoteOwner.ConnectAsync(data.Folder, cancellation);
        var driven = false;
        if (_owner is not null)
        {
            try
            {
                driven = (await _owner.AskAsync(RunOperations.Wait, new WaitRequest(runId, run.Revision), cancellation)).Driven;
            }
            catch (UpdraftException e) when (e.Code == CliErrors.OwnerLost)
            {
                await _owner.DisposeAsync();
                _owner = null;
            }
        }
        if (!driven && !_told) view.Say($"Nothing drives run {Printable.Of(runId)} now: 'updraft serve' on {data.Folder} does. Waiting.");
        _told |= !driven;
        if (_owner is null) await Task.Delay(Redraw, terminal.Clock, cancellation);
    }
}
