using Updraft.Azure;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Looks whether the storage account of a data folder answers.</summary>
internal static class StorageChecks
{
    /// <summary>What is found; null for a folder that holds all itself.</summary>
    /// <param name="folder">Full path of the folder.</param>
    /// <param name="said">The storage that was named; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Finding?> OfAsync(string folder, string? said, CancellationToken cancellation)
    {
        try
        {
            if (FolderStorage.Find(folder, said) is not { } storage) return null;
            await storage.CheckAsync(cancellation);
            return Finding.Well("storage", $"{storage.Name} answers");
        }
        catch (UpdraftException e)
        {
            return Finding.Wrong("storage", $"{e.Code}: {e.Message}", e.Code switch
            {
                CliErrors.Storage => $"name the storage with --storage or {FolderStorage.Variable}",
                AzureErrors.Unreachable or AzureErrors.Busy => "look whether the account, or Azurite, runs and can be reached from here",
                _ => "see docs/storage.md",
            });
        }
    }
}
