using System.Collections;

namespace Updraft.Operators;

/// <summary>
/// Connections from environment variables: <c>UPDRAFT_CONNECTION_</c> and the name in capitals, with <c>_</c> for <c>.</c> and <c>-</c>. The
/// value is a URL, or JSON as in the file.
/// </summary>
public sealed class EnvironmentConnections : IConnectionSource
{
    /// <summary>What the variables' names begin with.</summary>
    public const string Prefix = "UPDRAFT_CONNECTION_";

    /// <inheritdoc/>
    public Task<Connection?> GetAsync(string name, CancellationToken cancellation = default)
    {
        var variable = VariableOf(name);
        return Task.FromResult(Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? ConnectionJson.Read(text, $"the environment variable {variable}") : null);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation = default) => Task.FromResult<IReadOnlyList<string>>(
        [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => (string)variable.Key)
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..].ToLowerInvariant())
            .Order(StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public override string ToString() => "environment";

    internal static string VariableOf(string name) => Prefix + name.ToUpperInvariant().Replace('.', '_').Replace('-', '_');
}
