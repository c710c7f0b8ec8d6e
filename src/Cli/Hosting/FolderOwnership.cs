using Updraft.Dags;
using Updraft.Embedded;

namespace Updraft.Cli;

/// <summary>
/// Commands that only read own a data folder for some milliseconds, and a run that begins does not listen at once. Whoever finds the folder
/// owned meanwhile tries again for a little while.
/// </summary>
internal static class FolderOwnership
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<T> RetryAsync<T>(Func<Task<T>> open, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await open();
            }
            catch (UpdraftException e) when (e.Code == EngineErrors.FolderOwned && TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause, cancellation);
            }
        }
    }
}
