using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>What the API asks of the process that serves it.</summary>
public interface IApiHost
{
    /// <summary>What is served, for people: as a data folder, or a storage account.</summary>
    string Name { get; }

    /// <summary>Why nothing can be stored at the moment; null when all is well.</summary>
    UpdraftException? Failure { get; }

    /// <summary>Whether a process drives a run now; of null, whether one drives everything.</summary>
    bool Drives(string? runId);

    /// <summary>Removes what is old. One pass at a time.</summary>
    /// <param name="policy">What is kept; null for the host's own policy.</param>
    /// <param name="cancellation">Gives up; what is left is for the next pass.</param>
    Task<RetentionReport> RetainAsync(RetentionPolicy? policy, CancellationToken cancellation);

    /// <summary>Copies all that is stored to a folder of the host.</summary>
    /// <exception cref="UpdraftException">The folder does not fit, or the host keeps nothing in files.</exception>
    Task<BackupMade> BackupAsync(string folder, CancellationToken cancellation);
}

/// <summary>A backup.</summary>
/// <param name="At">When it began: all that was acknowledged before is in it.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Bytes">How many bytes.</param>
public sealed record BackupMade(DateTimeOffset At, int Files, long Bytes);
