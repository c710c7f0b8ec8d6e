using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Variables from the host's environment: <c>UPDRAFT_VAR_</c> and the name in capitals, with <c>_</c> for <c>-</c>.</summary>
public sealed class EnvironmentVariables : IVariableSource
{
    /// <summary>What their names begin with.</summary>
    public const string Prefix = "UPDRAFT_VAR_";

    /// <inheritdoc/>
    public string Name => "environment";

    /// <inheritdoc/>
    public Task<JsonElement?> GetAsync(string name, CancellationToken cancellation = default) => Task.FromResult<JsonElement?>(
        Environment.GetEnvironmentVariable(Prefix + name.ToUpperInvariant().Replace('-', '_')) is { } text ? VariableText.Read(text) : null);

    /// <inheritdoc/>
    public Task<IReadOnlyCollection<string>> NamesAsync(CancellationToken cancellation = default) => Task.FromResult<IReadOnlyCollection<string>>(
        [.. Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..].ToLowerInvariant())]);
}
