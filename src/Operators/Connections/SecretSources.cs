using System.Collections.Immutable;

namespace Updraft.Operators;

/// <summary>Secrets of several sources, the first that knows a name first.</summary>
public sealed class SecretSources(params ImmutableArray<ISecretSource> sources) : ISecretSource
{
    /// <inheritdoc/>
    public async Task<string?> GetAsync(string name, CancellationToken cancellation = default)
    {
        foreach (var source in sources)
            if (await source.GetAsync(name, cancellation) is { } found) return found;
        return null;
    }
}
