namespace Updraft.Operators;

/// <summary>
/// Connections from a Key Vault: the secret <c>connection-</c> and the name, with <c>-</c> for <c>_</c> and <c>.</c>. Its value is a URL, or JSON as
/// in the file.
/// </summary>
public sealed class KeyVaultConnections(KeyVault vault) : IConnectionSource
{
    /// <summary>What the names of the secrets begin with.</summary>
    public const string Prefix = "connection-";

    /// <inheritdoc/>
    public async Task<Connection?> GetAsync(string name, CancellationToken cancellation = default) =>
        KeyVault.NameOf(Prefix + name) is { } mapped && await vault.GetAsync(mapped, cancellation) is { } text ? ConnectionJson.Read(text, $"the secret {mapped} of {vault}") : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation = default) =>
        [.. (await vault.NamesAsync(cancellation)).Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).Select(name => name[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override string ToString() => vault.ToString();
}
