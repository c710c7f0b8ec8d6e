using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Variables of several sources, the first that knows a name first.</summary>
public sealed class Variables(params ImmutableArray<IVariableSource> sources)
{
    /// <summary>No variables but those of the host's environment.</summary>
    public static readonly Variables OfEnvironment = new(new EnvironmentVariables());

    /// <summary>A variable; null when no source knows it.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="OperatorErrors.Variable"/>: a source cannot be read.</exception>
    public async Task<VariableView?> GetAsync(string name, CancellationToken cancellation = default)
    {
        foreach (var source in sources)
            if (await source.GetAsync(name, cancellation) is { } value) return new(name, value, source.Name);
        return null;
    }

    /// <summary>All variables, each once, by name.</summary>
    public async Task<IReadOnlyList<VariableView>> ListAsync(CancellationToken cancellation = default)
    {
        var found = new SortedDictionary<string, VariableView>(StringComparer.Ordinal);
        foreach (var source in sources)
            foreach (var name in await source.NamesAsync(cancellation))
                if (!found.ContainsKey(name) && await source.GetAsync(name, cancellation) is { } value) found[name] = new(name, value, source.Name);
        return [.. found.Values];
    }
}

/// <summary>A variable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Source">Where the value comes from.</param>
public sealed record VariableView(string Name, JsonElement Value, string Source);
