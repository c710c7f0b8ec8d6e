namespace Updraft.Operators;

/// <summary>Secrets by name, resolved where a task runs and nowhere else.</summary>
public interface ISecretSource
{
    /// <summary>The value of a secret; null when this host does not know it.</summary>
    Task<string?> GetAsync(string name, CancellationToken cancellation = default);
}

/// <summary>Secrets from environment variables: <c>UPDRAFT_SECRET_</c> and the name in capitals, with <c>_</c> for <c>.</c> and <c>-</c>.</summary>
public sealed class EnvironmentSecrets : ISecretSource
{
    /// <summary>What the variables' names begin with.</summary>
    public const string Prefix = "UPDRAFT_SECRET_";

    /// <inheritdoc/>
    public Task<string?> GetAsync(string name, CancellationToken cancellation = default) =>
        Task.FromResult(Environment.GetEnvironmentVariable(Prefix + name.ToUpperInvariant().Replace('.', '_').Replace('-', '_')));
}
