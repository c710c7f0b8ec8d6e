using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>What is handed to one container and what it hands over, on a share of Azure Files that it mounts at <see cref="ContainerFiles.Folder"/>.</summary>
/// <param name="files">The file service.</param>
/// <param name="share">The share.</param>
/// <param name="folder">The folder of it that is the container's alone; null where the whole share is, which then is made and deleted here.</param>
internal sealed class ContainerShare(AzureFiles files, string share, string? folder)
{
    private const string Output = "output.json";
    private const int MaxOutput = 16 << 20;
    private readonly string _path = folder is null ? share : $"{share}/{folder}";
    private ShareFolder Contents => new(files, _path);

    /// <summary>The file service that a connection leads to.</summary>
    public static AzureFiles ServiceOf(Connection connection, string name, TimeProvider time) => new(new FileServiceClient(connection, name, time));

    /// <summary>Where its files lie, as the container sees it.</summary>
    public static string FolderOf(string? folder) => folder is null ? ContainerFiles.Folder : $"{ContainerFiles.Folder}/{folder}";

    /// <summary>Where it writes its output, as the container sees it.</summary>
    public static string OutputFileOf(string? folder) => $"{FolderOf(folder)}/{Output}";

    /// <summary>Fills it, and starts the container. What a crash or a lost container has left there goes first; what cannot be started leaves nothing.</summary>
    /// <param name="from">A folder of this machine; null for nothing to hand over.</param>
    /// <param name="start">Starts the container, and returns its id.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<string> StartAsync(string? from, Func<Task<string>> start, CancellationToken stop)
    {
        await MakeAsync(stop);
        try
        {
            if (from is not null) await Contents.UploadAsync(from, stop);
            return await start();
        }
        catch (UpdraftException refused)
        {
            try
            {
                await RemoveAsync(stop);
            }
            catch (UpdraftException left)
            {
                throw new UpdraftException(refused.Code, $"{_path} is left on the share; {refused.Message}; {left.Message}", refused);
            }
            throw;
        }
    }

    /// <summary>What the container wrote as its output; null for nothing.</summary>
    public Task<string?> ReadOutputAsync(CancellationToken stop) => Contents.ReadTextAsync(
        Output, MaxOutput, () => new UpdraftException(OperatorErrors.Output, $"the file {ContainerJob.OutputVariable} is larger than {MaxOutput >> 20} MB: write the data elsewhere and hand over its place"), stop);

    /// <summary>Copies what it left as artifacts into a folder of this machine, which is not there yet.</summary>
    public async Task FetchAsync(string to, CancellationToken stop)
    {
        if (!await Contents.DownloadAsync(ContainerFiles.ArtifactsFolder, to, stop))
            throw new UpdraftException(OperatorErrors.Output, $"{_path}/{ContainerFiles.ArtifactsFolder} was removed before the artifacts were read");
    }

    /// <summary>Removes it, where it is there.</summary>
    public async Task RemoveAsync(CancellationToken stop)
    {
        if (folder is null)
        {
            await files.DeleteShareAsync(share, stop);
            return;
        }
        await Contents.ClearAsync(stop);
        await files.DeleteFolderAsync(_path, stop);
    }

    private async Task MakeAsync(CancellationToken stop)
    {
        if (folder is null && await files.CreateShareAsync(share, stop)) return;
        await Contents.ClearAsync(stop);
        if (folder is not null) await files.CreateFolderAsync(_path, stop);
    }
}
