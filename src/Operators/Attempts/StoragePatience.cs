using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Waits while the storage account is away: that is no fault of a task, and costs it neither a try nor what it has done.</summary>
internal static class StoragePatience
{
    /// <summary>How long is waited for what a task needs or hands over.</summary>
    public static readonly TimeSpan ForWork = TimeSpan.FromMinutes(10);

    /// <summary>How long is waited for the last lines of a log.</summary>
    public static readonly TimeSpan ForLogs = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastPause = TimeSpan.FromSeconds(15);

    /// <summary>Reads or writes, again and again while storage fails in a way that passes.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="longest">After how long a failure is the caller's.</param>
    /// <param name="act">What may be done more than once.</param>
    /// <param name="stop">Ends the waiting.</param>
    public static async Task<T> AwaitAsync<T>(TimeProvider time, TimeSpan longest, Func<Task<T>> act, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LastPause ? pause * 2 : LastPause)
        {
            try
            {
                return await act();
            }
            catch (UpdraftException e) when (StorageCodes.Pass(e.Code) && time.GetElapsedTime(began) < longest)
            {
            }
            await Task.Delay(pause, time, stop);
        }
    }
}
