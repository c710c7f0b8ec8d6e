namespace Updraft.Orchestration;

/// <summary>
/// Lets one activity at a time act for an attempt, and lets it be stopped. The activity stops its own work, and its result confirms that
/// the work is dead.
/// </summary>
public interface IAttemptHost
{
    /// <summary>Claims an attempt for the calling activity; null when another holds it, so that an activity run twice acts once.</summary>
    Task<IAttempt?> ClaimAsync(string attemptId, CancellationToken cancellation = default);

    /// <summary>Asks whoever holds the attempt to stop its work. Returns false when nobody holds it.</summary>
    Task<bool> StopAsync(string attemptId, CancellationToken cancellation = default);

    /// <summary>
    /// Waits while another holds the attempt. Returns true once it was given back, so that the result of who acted is known before that of the
    /// caller; false when its holder has vanished.
    /// </summary>
    Task<bool> WaitForReleaseAsync(string attemptId, CancellationToken cancellation = default);

    /// <summary>Removes what holders that died long ago have left. Returns how much that was.</summary>
    Task<int> RemoveLeftAsync(CancellationToken cancellation = default) => Task.FromResult(0);
}

/// <summary>A claimed attempt; disposing it gives the claim back.</summary>
public interface IAttempt : IAsyncDisposable
{
    /// <summary>The attempt's id.</summary>
    string Id { get; }

    /// <summary>Cancelled when the work must stop: it was asked to, the claim was lost, or the host shuts down.</summary>
    CancellationToken Stopping { get; }

    /// <summary>Whether the stop was asked for by <see cref="IAttemptHost.StopAsync"/>. False when the host shuts down: the attempt then runs again elsewhere.</summary>
    bool StopRequested { get; }

    /// <summary>Whether another had taken the attempt over, so that what this one has done must not count. Known once it is disposed.</summary>
    bool IsLost { get; }
}
