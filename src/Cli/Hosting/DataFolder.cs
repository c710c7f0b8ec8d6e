using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What is stored in a data folder, to be read.</summary>
/// <param name="Folder">Full path of the folder.</param>
/// <param name="State">Its documents.</param>
/// <param name="Blobs">Its blobs.</param>
/// <param name="Storage">The container that both are in; null when they are in the folder.</param>
internal sealed record DataFolder(string Folder, IStateStore State, IBlobStore Blobs, string? Storage = null)
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "UPDRAFT_DATA";

    /// <summary>The folder where nothing else is said.</summary>
    public const string Default = ".updraft";

    /// <summary>What is read, for people.</summary>
    public string Name => Storage is null ? Folder : $"{Folder} with {Storage}";

    /// <summary>The folder that a command line means: the option, else the environment variable, else <c>.updraft</c> here.</summary>
    public static string Locate(string? option) =>
        Path.GetFullPath(option ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? variable : Default));

    /// <summary>Makes a folder when it is absent, for its owner alone.</summary>
    /// <exception cref="UpdraftException">It cannot be made.</exception>
    public static void Make(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UpdraftException(EngineErrors.ReadOnly, $"the data folder {folder} cannot be made: name another with --data or {Variable} ({e.Message})", e);
        }
    }

    /// <summary>Whether anything was ever stored in a folder.</summary>
    public static bool Exists(string folder)
    {
        using var reader = EmbeddedReader.Open(folder);
        // A folder that was refused to a storage has an engine, and nothing else.
        return reader is not null && (FolderStorage.NameOf(folder) is not null || reader.State.ListAsync("").ToBlockingEnumerable().Any());
    }

    /// <summary>Opens a folder to read it, also while another process runs on it.</summary>
    /// <param name="folder">Full path of the folder.</param>
    /// <param name="storage">The storage that was named; null for none.</param>
    /// <exception cref="UpdraftException">There is no such folder, or it goes with another storage.</exception>
    public static OpenedFolder Open(string folder, string? storage = null)
    {
        if (EmbeddedReader.Open(folder) is not { } reader) throw NoData(folder);
        try
        {
            var data = FolderStorage.Find(folder, storage) is { } container
                ? new DataFolder(folder, container.State, container.Blobs, container.Name)
                : new DataFolder(folder, reader.State, reader.Blobs);
            return new OpenedFolder(data, reader);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public static UpdraftException NoData(string folder) => new(CliErrors.NoData, $"there is no data in {folder}: run a DAG first, or name the folder with --data or {Variable}");
}

/// <summary>A data folder that is open for reading.</summary>
/// <param name="Data">What is stored in it.</param>
/// <param name="Reader">What keeps it open.</param>
internal sealed record OpenedFolder(DataFolder Data, EmbeddedReader Reader) : IDisposable
{
    public void Dispose() => Reader.Dispose();
}
