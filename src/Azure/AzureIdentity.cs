using Azure.Core;
using Azure.Identity;

namespace Updraft.Azure;

/// <summary>Who signs in to Azure.</summary>
public static class AzureIdentity
{
    /// <summary>What the surroundings offer: a managed identity, a workload's, or whoever is signed in on a developer's machine.</summary>
    /// <param name="clientId">Client id of the user-assigned identity; null for what there is.</param>
    public static TokenCredential CredentialOf(string? clientId) =>
        new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId, ExcludeInteractiveBrowserCredential = true });
}
