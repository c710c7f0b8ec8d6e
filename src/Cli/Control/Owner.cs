using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Who does what is asked of a data folder: the process that owns it, or this one where nobody does.</summary>
internal abstract class Owner : IAsyncDisposable
{
    // An owner that begins does not listen at once, and one that only does a command is soon gone.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Has an operation done.</summary>
    /// <exception cref="UpdraftException">It was refused or has failed, in the same way wherever it is done.</exception>
    public abstract Task<TAnswer> AskAsync<TRequest, TAnswer>(Operation<TRequest, TAnswer> operation, TRequest request, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();

    /// <summary>Finds the owner of a folder, or becomes it without driving anything.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="create">Whether a folder that is not there is made.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException">There is no such folder, or its owner does not listen.</exception>
    public static Task<Owner> FindAsync(string folder, TimeProvider clock, bool create, CancellationToken cancellation)
    {
        if (!create && !DataFolder.Exists(folder)) throw DataFolder.NoData(folder);
        return FolderOwnership.RetryAsync<Owner>(
            async () => await RemoteOwner.ConnectAsync(folder, cancellation) is { } remote
                ? remote
                : new LocalOwner(await LocalHost.OpenAsync(new LocalHostOptions { Folder = folder, Clock = clock, Logging = NullLoggerFactory.Instance })),
            Patience,
            cancellation);
    }

    /// <summary>This process, for the time of a command.</summary>
    private sealed class LocalOwner(LocalHost host) : Owner
    {
        public override Task<TAnswer> AskAsync<TRequest, TAnswer>(Operation<TRequest, TAnswer> operation, TRequest request, CancellationToken cancellation) =>
            operation.Handle(host, request, cancellation);

        public override ValueTask DisposeAsync() => host.DisposeAsync();
    }
}
