using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Finds published DAGs for whoever may see them, and says what may have been meant where there is none.</summary>
public sealed class DagFinder(DagCatalogue catalogue)
{
    /// <summary>A published DAG or experiment.</summary>
    /// <exception cref="UpdraftException">There is none, as far as who asks may know, or they may see it and not do this.</exception>
    public async Task<PublishedDag> GetAsync(string name, Access access, Role role, CancellationToken cancellation)
    {
        if (await catalogue.GetAsync(name, cancellation) is not { Current: not null } dag || !access.May(Role.Viewer, dag.Team)) throw await NoDagAsync(name, access, cancellation);
        access.Demand(role, dag.Team);
        return dag;
    }

    private async Task<UpdraftException> NoDagAsync(string name, Access access, CancellationToken cancellation)
    {
        var known = await catalogue.ListAsync(cancellation: cancellation).Where(dag => access.May(Role.Viewer, dag.Team)).Select(dag => dag.Name).ToListAsync(cancellation);
        return new UpdraftException(CatalogueErrors.NoSuchDag, $"no DAG '{name}' is published{Suggestion.For(name, known)}; see 'updraft dags list'");
    }
}
