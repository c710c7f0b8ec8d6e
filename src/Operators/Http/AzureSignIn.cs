using System.Collections.Concurrent;
using Azure.Core;
using Azure.Identity;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Tokens of Azure, by Azure.Identity, which keeps them until they are about to expire.</summary>
internal static class AzureSignIn
{
    private static readonly ConcurrentDictionary<string, TokenCredential> Credentials = new(StringComparer.Ordinal);

    /// <summary>A token for a service.</summary>
    /// <param name="identity"><c>default</c>, or the client id of a managed identity.</param>
    /// <param name="scope">What it is for, as in <c>https://management.azure.com/.default</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<string> TokenAsync(string identity, string scope, CancellationToken cancellation)
    {
        var credential = Credentials.GetOrAdd(identity, static name => name == "default" ? new DefaultAzureCredential() : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(name)));
        try
        {
            return (await credential.GetTokenAsync(new TokenRequestContext([scope]), cancellation)).Token;
        }
        catch (AuthenticationFailedException e)
        {
            throw new UpdraftException(OperatorErrors.Connection, $"Azure sign-in as '{identity}' failed: {e.Message.Split('\n')[0]}", e);
        }
    }
}
