using Updraft.Dags;
using Updraft.Embedded;

namespace Updraft.Cli;

/// <summary>
/// A command that nobody takes owns a data folder for some milliseconds, and an owner that begins does not listen at once. Whoever finds the
/// folder owned meanwhile tries again for a little while.
/// </summary>
internal static class FolderOwnership
{
    /// <summary>How long one waits who wants to own the folder, and nothing else.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<T> RetryAsync<T>(Func<Task<T>> open, TimeSpan patience, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await open();
            }
            catch (UpdraftException e) when (e.Code == EngineErrors.FolderOwned && TimeProvider.System.GetElapsedTime(began) < patience)
            {
                await Task.Delay(Pause, cancellation);
            }
        }
    }
}
