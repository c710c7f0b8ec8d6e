using System.Collections.Concurrent;
using System.Text;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Pinned versions from the catalogue; each is read once.</summary>
public sealed class StoredSpecs(SpecStore specs) : ISpecSource
{
    private readonly ConcurrentDictionary<string, DagSpec> _read = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<DagSpec> GetAsync(string dagHash, CancellationToken cancellation = default)
    {
        if (_read.TryGetValue(dagHash, out var known)) return known;
        var json = await specs.GetSpecAsync(dagHash, cancellation)
            ?? throw new UpdraftException(OperatorErrors.UnknownVersion, $"no DAG of hash {dagHash} was published: publish it again");
        return _read.GetOrAdd(dagHash, DagJson.Parse(Encoding.UTF8.GetString(json.Span)));
    }
}
