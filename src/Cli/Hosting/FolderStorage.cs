using System.Security.Cryptography;
using System.Text.Json;
using Updraft.Azure;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>
/// The container that holds the documents and blobs of a data folder, where it does not hold them itself. Either names the other, so that no
/// command reads half of what there is and no two engines drive the same runs.
/// </summary>
internal static class FolderStorage
{
    /// <summary>The environment variable that names the storage.</summary>
    public const string Variable = "UPDRAFT_STORAGE";

    /// <summary>The environment variable that names the container.</summary>
    public const string ContainerVariable = "UPDRAFT_CONTAINER";

    private const string FileName = "storage.json";
    private const int IdBytes = 16;

    private static readonly string Claim = DocumentPath.Of("host", "data-folder");

    /// <summary>The storage that a command line means: the option, else the environment variable; null for none.</summary>
    public static string? Locate(string? option) => option ?? Of(Variable);

    /// <summary>The container of a data folder, to read beside its owner; null when the folder holds all itself.</summary>
    /// <param name="folder">Full path of the folder.</param>
    /// <param name="said">The storage that was named; null for none.</param>
    /// <exception cref="UpdraftException"><see cref="CliErrors.Storage"/>: the folder goes with another, or the one it goes with must be named.</exception>
    public static AzureStorage? Find(string folder, string? said)
    {
        var remembered = Read(folder);
        if (remembered is not null) return Open(folder, remembered, said);
        return said is null ? null : throw HoldsItself(folder);
    }

    /// <summary>The container of a data folder for its owner, who binds a new folder to it; null when the folder holds all itself.</summary>
    /// <param name="folder">Full path of the folder, which this process owns.</param>
    /// <param name="said">The storage that was named; null for none.</param>
    /// <param name="local">The documents in the folder.</param>
    /// <exception cref="UpdraftException">They do not go together, or the storage account cannot be used.</exception>
    public static async Task<AzureStorage?> OwnAsync(string folder, string? said, IStateStore local)
    {
        var remembered = Read(folder);
        if (remembered is null && said is null) return null;
        if (remembered is null && await local.ListAsync("").AnyAsync()) throw HoldsItself(folder);
        var storage = remembered is null ? AzureStorage.Of(OptionsOf(said!, Of(ContainerVariable) ?? AzureStorageOptions.DefaultContainer)) : Open(folder, remembered, said);
        await storage.CheckAsync();
        if (remembered is null)
        {
            remembered = new Remembered(storage.Name, storage.Container, IsSecret(said!) ? null : said, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)));
            Write(folder, remembered);
        }
        var claim = new Claimed(remembered.Id, Environment.MachineName, folder);
        if (await storage.State.PutAsync(Claim, claim, WriteCondition.IfAbsent, writeId: claim.Id) is not null) return storage;
        if (await storage.State.GetAsync<Claimed>(Claim) is { Value: var other } && other.Id != claim.Id)
        {
            File.Delete(Path.Combine(folder, FileName));
            throw new UpdraftException(CliErrors.Storage,
                $"{storage.Name} goes with the data folder {other.Folder} on {other.Machine}, which drives its runs: use that one, or name another container with {ContainerVariable}. If that folder is gone for good, delete the blob state/{Claim}! and its runs go on from here");
        }
        return storage;
    }

    /// <summary>The container that a data folder goes with, for people; null when it holds all itself.</summary>
    public static string? NameOf(string folder) => Read(folder)?.Address;

    private static AzureStorage Open(string folder, Remembered remembered, string? said)
    {
        if ((said ?? remembered.Setting) is not { } setting)
            throw new UpdraftException(CliErrors.Storage, $"the data folder {folder} goes with {remembered.Address}: name its storage with --storage or {Variable}, since the key is not kept");
        var storage = AzureStorage.Of(OptionsOf(setting, Of(ContainerVariable) ?? remembered.Container));
        return storage.Name == remembered.Address
            ? storage
            : throw new UpdraftException(CliErrors.Storage, $"the data folder {folder} goes with {remembered.Address}, and not with {storage.Name}: name another folder with --data or {DataFolder.Variable}");
    }

    private static UpdraftException HoldsItself(string folder) => new(CliErrors.Storage,
        $"the data folder {folder} holds its documents itself, as it was used without --storage before: name another with --data or {DataFolder.Variable}, or leave --storage and {Variable} out");

    private static AzureStorageOptions OptionsOf(string storage, string container) => new() { Storage = storage, Container = container, Identity = Of("AZURE_CLIENT_ID") };

    private static bool IsSecret(string setting) =>
        setting.Contains("key=", StringComparison.OrdinalIgnoreCase) || setting.Contains("signature=", StringComparison.OrdinalIgnoreCase) || setting.Contains("sig=", StringComparison.OrdinalIgnoreCase);

    private static string? Of(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static Remembered? Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<Remembered>(File.ReadAllText(file), OrchestrationJson.Options) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UpdraftException(CliErrors.Storage, $"{file}, which says where the documents of the data folder are, cannot be read ({e.Message})", e);
        }
    }

    private static void Write(string folder, Remembered remembered)
    {
        var file = Path.Combine(folder, FileName);
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(remembered, OrchestrationJson.Options));
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>What a data folder knows of its container.</summary>
    /// <param name="Address">The container's address.</param>
    /// <param name="Container">The container's name.</param>
    /// <param name="Setting">How it is reached; null where that has a secret.</param>
    /// <param name="Id">The folder's own id.</param>
    private sealed record Remembered(string Address, string Container, string? Setting, string Id);

    /// <summary>What a container knows of its data folder.</summary>
    private sealed record Claimed(string Id, string Machine, string Folder);
}
