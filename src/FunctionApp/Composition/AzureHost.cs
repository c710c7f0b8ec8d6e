using Updraft.Api;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>What the API is told of a function app: it drives all runs, on as many machines as there are at the moment.</summary>
/// <param name="name">The container of the storage account.</param>
/// <param name="retention">Removes what is old.</param>
/// <param name="usual">What goes where nothing is said.</param>
internal sealed class AzureHost(string name, RetentionPass retention, RetentionPolicy usual) : IApiHost
{
    /// <inheritdoc/>
    public string Name => name;

    /// <summary>Null: whether something can be stored is known only by trying, on each machine anew, as health does.</summary>
    public UpdraftException? Failure => null;

    /// <inheritdoc/>
    public bool Drives(string? runId) => true;

    /// <inheritdoc/>
    public async Task<RetentionReport> RetainAsync(RetentionPolicy? policy, CancellationToken cancellation) =>
        await retention.RunAsync(policy ?? usual, AppServices.LongestAnswer, cancellation)
        ?? throw new UpdraftException(FunctionAppErrors.Retaining, $"retention is under way elsewhere, or takes more than {AppServices.LongestAnswer.TotalSeconds} s: what was removed is removed, and the timer of the function app goes on every hour");

    /// <inheritdoc/>
    public Task<BackupMade> BackupAsync(string folder, CancellationToken cancellation) =>
        throw new UpdraftException(FunctionAppErrors.NoBackup, "nothing is copied to a folder on Azure: the storage account keeps its copies by itself, also in another region where it is told to (docs/azure.md)");
}
