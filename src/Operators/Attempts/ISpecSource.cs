using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Pinned versions of DAGs by hash. A spec never changes, so the same hash should give the same object while it is in use.</summary>
public interface ISpecSource
{
    /// <summary>The spec of a hash.</summary>
    /// <exception cref="UpdraftException">There is none.</exception>
    Task<DagSpec> GetAsync(string dagHash, CancellationToken cancellation = default);
}
