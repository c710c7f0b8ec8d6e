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

    /// <summary>A connection that can be used.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Connection"/>: there is none of that name, or a secret of it is not known.</exception>
    public async Task<Connection> GetAsync(string name, CancellationToken cancellation = default)
    {
        foreach (var source in sources)
        {
            if (await source.GetAsync(name, cancellation) is { } found) return await WithSecretsAsync(found, name, cancellation);
        }
        throw new UpdraftException(OperatorErrors.Connection, $"connection '{name}' is not known here: set {EnvironmentConnections.Prefix}{name.ToUpperInvariant().Replace('.', '_').Replace('-', '_')}, or add it to connections.json in the data folder");
    }

    /// <summary>All names, each once, in alphabetical order.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation = default)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var source in sources) names.UnionWith(await source.NamesAsync(cancellation));
        return [.. names];
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
