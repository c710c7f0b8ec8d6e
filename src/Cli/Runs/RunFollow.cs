using Updraft.Api;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>
/// Follows a run that another process drives, or may drive later. A server that goes away meanwhile may come back: what was stored is the truth,
/// and is asked for again.
/// </summary>
/// <param name="terminal">Where it is shown.</param>
/// <param name="api">Who is asked.</param>
/// <param name="runId">The run.</param>
internal sealed class RunFollow(Terminal terminal, ApiClient api, string runId)
{
    /// <summary>How long a server may be away.</summary>
    public static readonly TimeSpan LongestAway = TimeSpan.FromMinutes(5);

    // A picture reads every task instance.
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(500);

    // A wait is asked for again and again, so that neither side waits for one that is gone.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private DagSpec? _dag;
    private long? _away;
    private bool _told;

    /// <summary>Waits for the end.</summary>
    /// <param name="timeout">Longest wait; null for none.</param>
    /// <param name="how">For whom the result is.</param>
    /// <param name="known">Whether the run is known to be there, so that a server that is away is waited for from the beginning.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The run, which has not ended when the time is over; null where the server was away all the time.</returns>
    /// <exception cref="UpdraftException">There is no such run, nothing can drive it any more, or the server was away for <see cref="LongestAway"/>.</exception>
    public Task<RunShown?> ToEndAsync(TimeSpan? timeout, PrintForm how, bool known, CancellationToken cancellation) =>
        ProgressView.RunAsync(terminal, how, async view =>
        {
            using var over = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, terminal.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
            RunShown? last = null;
            try
            {
                while (true)
                {
                    try
                    {
                        last = await LookAsync(last, view, either.Token);
                        _away = null;
                    }
                    catch (UpdraftException e) when (IsAway(e) && (known || last is not null))
                    {
                        await AwayAsync(e, view, either.Token);
                        continue;
                    }
                    if (last.Run.Final) return last;
                }
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                return last;
            }
        });

    /// <summary>Waits for a change, and shows the run as it is then.</summary>
    private async Task<RunShown> LookAsync(RunShown? last, ProgressView view, CancellationToken cancellation)
    {
        var began = terminal.Clock.GetTimestamp();
        var run = last is null ? await api.GetAsync<RunResource>($"runs/{runId}", cancellation) : await WaitAsync(last.Run, cancellation);
        _dag ??= await RunShown.DagOfAsync(api, runId, cancellation);
        var shown = new RunShown(run, _dag, RunPictures.IsShownInFull(run) ? await RunShown.InstancesOfAsync(api, runId, _dag, cancellation) : []);
        if (!run.Driven && !run.Final && !_told) view.Say($"Nothing drives run {Printable.Of(runId)} now: 'updraft serve' on {api.Name} does. Waiting.");
        _told |= !run.Driven;
        view.Show(shown.Picture, terminal.Clock.GetUtcNow());
        if (!run.Final && last is not null && Redraw - terminal.Clock.GetElapsedTime(began) is { Ticks: > 0 } early) await Task.Delay(early, terminal.Clock, cancellation);
        return shown;
    }

    // Beside an owner, nobody tells of changes.
    private Task<RunResource> WaitAsync(RunResource run, CancellationToken cancellation) =>
        api.GetAsync<RunResource>(Path().With("revision", run.Revision).With("timeout", Durations.Format(run.Driven ? LongestWait : Redraw)), cancellation);

    private ApiPath Path() => $"runs/{runId}/wait";

    private async Task AwayAsync(UpdraftException failure, ProgressView view, CancellationToken cancellation)
    {
        if (_away is null) view.Say($"{Printable.Of(failure.Message)}. Asking again.");
        _away ??= terminal.Clock.GetTimestamp();
        if (terminal.Clock.GetElapsedTime(_away.Value) > LongestAway) throw new UpdraftException(failure.Code, failure.Message, failure);
        await Task.Delay(Redraw, terminal.Clock, cancellation);
    }

    // Folder: an owner that dies is no longer the one that is asked, so that only a server can be away for long.
    private static bool IsAway(UpdraftException failure) => failure.Code is CliErrors.Unreachable or CliErrors.OwnerLost or ApiErrors.Stopping;
}
