namespace Updraft.Operators;

/// <summary>Secrets from a Key Vault, under their names with <c>-</c> for <c>_</c> and <c>.</c>. Those that hold connections are not among them.</summary>
public sealed class KeyVaultSecrets(KeyVault vault) : ISecretSource
{
    /// <inheritdoc/>
    public async Task<string?> GetAsync(string name, CancellationToken cancellation = default) =>
        KeyVault.NameOf(name) is { } mapped && !mapped.StartsWith(KeyVaultConnections.Prefix, StringComparison.OrdinalIgnoreCase) ? await vault.GetAsync(mapped, cancellation) : null;
}
