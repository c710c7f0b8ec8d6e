using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Gets a token, for a connection that has a sign-in to Azure and no URL that could be called.</summary>
internal sealed class AzureConnectionTest : IConnectionTest
{
    // Services whose scope is not made of their host.
    private static readonly (string Host, string Scope)[] Scopes =
    [
        (".vault.azure.net", "https://vault.azure.net/.default"),
        (".blob.core.windows.net", "https://storage.azure.com/.default"),
        (".file.core.windows.net", "https://storage.azure.com/.default"),
        (".dfs.core.windows.net", "https://storage.azure.com/.default"),
        (".azuredatabricks.net", "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default"),
        (".dev.azuresynapse.net", "https://dev.azuresynapse.net/.default"),
        (".api.azureml.ms", "https://ml.azure.com/.default"),
        (".postgres.database.azure.com", "https://ossrdbms-aad.database.windows.net/.default"),
    ];

    public bool Fits(Connection connection) => connection.Azure is not null;

    public async Task<string> TryAsync(Connection connection, string name, CancellationToken cancellation)
    {
        var scope = ScopeOf(connection) ?? throw new UpdraftException(OperatorErrors.ConnectionTest, "it does not say what it signs in for: set the option azure_scope, as in https://management.azure.com/.default");
        await AzureSignIn.TokenAsync(connection.Azure!, scope, cancellation);
        return $"Azure gave a token for {scope}";
    }

    /// <summary>What the sign-in of a connection is for; null when that cannot be told.</summary>
    public static string? ScopeOf(Connection connection)
    {
        if (connection.Azure is null) return null;
        if (connection.Options.GetValueOrDefault("azure_scope") is { } scope) return scope;
        if (connection.Url is not { } url) return null;
        return Scopes.FirstOrDefault(known => url.Host.EndsWith(known.Host, StringComparison.OrdinalIgnoreCase)).Scope ?? $"https://{url.Host}/.default";
    }
}
