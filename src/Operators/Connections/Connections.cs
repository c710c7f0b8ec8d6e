using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Connections of several sources, the first that knows a name first, with their secrets looked up.</summary>
public sealed class Connections(ISecretSource secrets, params ImmutableArray<IConnectionSource> sources)
{
    /// <summary>No connections but those of environment variables.</summary>
    public static readonly Connections OfEnvironment = new(new EnvironmentSecrets(), new EnvironmentConnections());

    /// <summary>Where secrets are looked up.</summary>
    public ISecretSource Secrets => secrets;

    /// <summary>What a host with a data folder knows: from the environment, then from the folder's file, then from the Key Vault that the environment names.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.KeyVault"/>: the environment names something else than a vault.</exception>
    public static Connections OfHost(string dataFolder, TimeProvider clock) => KeyVault.OfEnvironment(clock) is { } vault
        ? new(new SecretSources(new EnvironmentSecrets(), new KeyVaultSecrets(vault)), new EnvironmentConnections(), FileConnections.Of(dataFolder), new KeyVaultConnections(vault))
        : new(new EnvironmentSecrets(), new EnvironmentConnections(), FileConnections.Of(dataFolder));

    /// <summary>What a host without a data folder knows: from the environment, then from the Key Vault that the environment names.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.KeyVault"/>: the environment names something else than a vault.</exception>
    public static Connections OfCloudHost(TimeProvider clock) => KeyVault.OfEnvironment(clock) is { } vault
        ? new(new SecretSources(new EnvironmentSecrets(), new KeyVaultSecrets(vault)), new EnvironmentConnections(), new KeyVaultConnections(vault))
        : OfEnvironment;

    /// <summary>A connection that can be used.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Connection"/>: there is none of that name, or a secret of it is not known.</exception>
    public async Task<Connection> GetAsync(string name, CancellationToken cancellation = default)
    {
        foreach (var source in sources)
        {
            if (await source.GetAsync(name, cancellation) is { } found) return await WithSecretsAsync(found, name, cancellation);
        }
        throw new UpdraftException(OperatorErrors.Connection, $"connection '{name}' is not known here: set {EnvironmentConnections.VariableOf(name)}, or add it to connections.json in the data folder");
    }

    /// <summary>All connections, each once, by name, without their secrets. A source that cannot be read is one named <c>*</c> with the problem.</summary>
    public async Task<IReadOnlyList<ConnectionView>> ListAsync(CancellationToken cancellation = default)
    {
        var found = new SortedDictionary<string, ConnectionView>(StringComparer.Ordinal);
        var unread = new List<ConnectionView>();
        foreach (var source in sources)
        {
            try
            {
                foreach (var name in await source.NamesAsync(cancellation))
                    if (!found.ContainsKey(name)) found[name] = await ViewAsync(source, name, cancellation);
            }
            catch (Exception e) when (e is UpdraftException or ServiceException)
            {
                unread.Add(new("*", source.ToString()!, null, e.Message));
            }
        }
        return [.. found.Values, .. unread];
    }

    /// <summary>Of some names, those that no source knows. One that is there and cannot be read is known.</summary>
    public async Task<IReadOnlyList<string>> UnknownAsync(IEnumerable<string> names, CancellationToken cancellation = default)
    {
        var unknown = new List<string>();
        foreach (var name in names)
            if (!await IsKnownAsync(name, cancellation)) unknown.Add(name);
        return unknown;
    }

    private async Task<bool> IsKnownAsync(string name, CancellationToken cancellation)
    {
        foreach (var source in sources)
        {
            try
            {
                if (await source.GetAsync(name, cancellation) is not null) return true;
            }
            catch (Exception e) when (e is UpdraftException or ServiceException)
            {
                return true;
            }
        }
        return false;
    }

    private static async Task<ConnectionView> ViewAsync(IConnectionSource source, string name, CancellationToken cancellation)
    {
        try
        {
            return new(name, source.ToString()!, (await source.GetAsync(name, cancellation))?.ToString() ?? "gone", null);
        }
        catch (UpdraftException e)
        {
            return new(name, source.ToString()!, null, e.Message);
        }
    }

    private async Task<Connection> WithSecretsAsync(Connection written, string name, CancellationToken cancellation) => written with
    {
        Password = await ResolveAsync(written.Password, name, cancellation),
        Token = await ResolveAsync(written.Token, name, cancellation),
    };

    private async Task<string?> ResolveAsync(string? text, string name, CancellationToken cancellation)
    {
        if (text is null || !text.StartsWith(Connection.SecretPrefix, StringComparison.Ordinal)) return text;
        var secret = text[Connection.SecretPrefix.Length..];
        return await secrets.GetAsync(secret, cancellation)
            ?? throw new UpdraftException(OperatorErrors.Secret, $"secret '{secret}' of connection '{name}' is not known here");
    }
}

/// <summary>A connection without what must not be shown.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">Where it is written.</param>
/// <param name="Text">Where it leads, and how it signs in; null when it cannot be read.</param>
/// <param name="Problem">Why it cannot be read; null when it can.</param>
public sealed record ConnectionView(string Name, string Source, string? Text, string? Problem);
