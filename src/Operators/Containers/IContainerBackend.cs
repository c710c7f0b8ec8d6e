namespace Updraft.Operators;

/// <summary>
/// What runs containers. Calls that may go better later throw <see cref="ServiceException"/>, what is refused for good an
/// <see cref="Dags.UpdraftException"/>.
/// </summary>
internal interface IContainerBackend
{
    /// <summary>Where in a container work may write its output; null where it cannot be fetched.</summary>
    string? OutputFile { get; }

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

    /// <summary>Copies what it left as artifacts into a folder of this machine, which is not there yet; only of backends whose operators take files.</summary>
    Task FetchAsync(string id, string folder, CancellationToken stop) => throw new NotSupportedException("this backend hands over no files");

    /// <summary>Kills and removes it; true when nothing of it is at work. It is called again until then.</summary>
    Task<bool> KillAsync(string id, CancellationToken stop);

    /// <summary>Removes it after its end. It is called again for what was asked before.</summary>
    Task RemoveAsync(string id, CancellationToken stop);
}
