namespace Updraft.Operators;

/// <summary>
/// What runs containers. Calls that may go better later throw <see cref="ServiceException"/>, what is refused for good an
/// <see cref="Dags.UpdraftException"/>.
/// </summary>
internal interface IContainerBackend
{
    /// <summary>Where in the container of that name work may write its output; null where it cannot be fetched.</summary>
    string? OutputFile(string name);

    /// <summary>Where in the container of that name its files lie; null where none can be handed over.</summary>
    string? FilesFolder(string name);

    /// <summary>Whether a container starts without its files and waits until they are sent.</summary>
    bool SendsFilesLater => false;

    /// <summary>Starts the container and returns its id; the id of the one that is there already when it was started before.</summary>
    Task<string> StartAsync(ContainerJob job, CancellationToken stop);

    /// <summary>The id of the container of that name; null when there is none, which a name that is the id itself does not tell.</summary>
    Task<string?> FindAsync(string name, CancellationToken stop);

    /// <summary>How far it is; null when it is not there.</summary>
    Task<ContainerStatus?> LookAsync(string id, CancellationToken stop);

    /// <summary>What it wrote from about a moment on; null where the backend offers no log.</summary>
    Task<LogPage?> ReadLogAsync(string id, DateTimeOffset? since, bool hasEnded, CancellationToken stop);

    /// <summary>What it wrote to <see cref="OutputFile"/>; null for nothing.</summary>
    Task<string?> ReadOutputAsync(string id, CancellationToken stop);

    /// <summary>Sends a container that waits for them the files of a folder of this machine. It is called again for what was sent before.</summary>
    Task SendAsync(string id, string folder, CancellationToken stop) => throw new NotSupportedException("containers of this backend start with their files");

    /// <summary>Copies what it left as artifacts into a folder of this machine, which is not there yet.</summary>
    Task FetchAsync(string id, string folder, CancellationToken stop) => throw new NotSupportedException("this backend hands over no files");

    /// <summary>Lets go of a container that has ended and is not removed: nothing more is read of it.</summary>
    Task ReleaseAsync(string id, CancellationToken stop) => Task.CompletedTask;

    /// <summary>Removes what was made elsewhere for a container of that name, which is dead or was never started.</summary>
    Task ClearAsync(string name, CancellationToken stop) => Task.CompletedTask;

    /// <summary>Kills and removes it; true when nothing of it is at work. It is called again until then.</summary>
    Task<bool> KillAsync(string id, CancellationToken stop);

    /// <summary>Removes it after its end. It is called again for what was asked before.</summary>
    Task RemoveAsync(string id, CancellationToken stop);
}
