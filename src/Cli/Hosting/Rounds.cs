using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Work that is done again and again. A round that fails is told, and the next one is done all the same.</summary>
internal sealed class Rounds : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    /// <param name="every">Time between two rounds; the first is done at once.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="round">A round.</param>
    /// <param name="failed">Told of a round that failed.</param>
    public Rounds(TimeSpan every, TimeProvider clock, Func<CancellationToken, Task> round, Action<Exception> failed) =>
        _work = Task.Run(() => GoOnAsync(every, clock, round, failed, _stop.Token));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private static async Task GoOnAsync(TimeSpan every, TimeProvider clock, Func<CancellationToken, Task> round, Action<Exception> failed, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every, clock);
        try
        {
            do
            {
                try
                {
                    await round(stop);
                }
                catch (Exception e) when (e is UpdraftException or IOException or UnauthorizedAccessException)
                {
                    failed(e);
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }
}
