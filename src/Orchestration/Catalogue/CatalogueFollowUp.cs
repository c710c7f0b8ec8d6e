using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// What follows from a change of a DAG's catalogue document: the version's own entry, who listens to datasets, the word to the DAG's actor.
/// All of it may be done again, by several at once and late: what is newer is never undone by what is older.
/// </summary>
internal sealed class CatalogueFollowUp(IStateStore store, ActorClient actors)
{
    /// <summary>Does all that follows, and notes that it is done. A change made meanwhile is followed up as well.</summary>
    public async Task DoAsync(PublishedDag dag, CancellationToken cancellation)
    {
        var touched = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
        while (true)
        {
            await PutVersionAsync(dag, cancellation);
            touched = touched.Union(dag.Listens);
            await ListenAsync(dag, touched, cancellation);
            if (dag.HasActor) await TellAsync(dag, cancellation);

            if (await store.GetAsync<PublishedDag>(CataloguePaths.Of(dag.Name), cancellation) is not { } stored) return;
            if (stored.Value.Sequence == dag.Sequence)
            {
                if (stored.Value.Told == dag.Sequence) return;
                var told = stored.Value with { Told = dag.Sequence, Listens = [.. NamesOf(dag)] };
                if (await PutAsync(told, WriteCondition.IfMatch(stored.ETag), cancellation)) return;
                stored = await store.GetAsync<PublishedDag>(CataloguePaths.Of(dag.Name), cancellation);
                if (stored is null || stored.Value.Told >= dag.Sequence) return;
            }
            dag = stored.Value;
        }
    }

    /// <summary>Writes a DAG's document with its summary; false when another was first.</summary>
    public async Task<bool> PutAsync(PublishedDag dag, WriteCondition condition, CancellationToken cancellation) =>
        await store.PutAsync(CataloguePaths.Of(dag.Name), dag, condition, Guid.NewGuid().ToString("N"), PublishedSummary.Of(dag).ToJson(), cancellation) is not null;

    /// <summary>Writes the current version's own entry.</summary>
    public async Task PutVersionAsync(PublishedDag dag, CancellationToken cancellation)
    {
        if (dag.Current is not { } version) return;
        var content = JsonSerializer.SerializeToUtf8Bytes(version, OrchestrationJson.Options);
        // A small entry is its own summary, so that a listing reads it.
        var summary = content.Length <= DocumentWrite.MaxSummary ? Encoding.UTF8.GetString(content) : null;
        await store.PutAsync(CataloguePaths.Version(dag.Name, version.Number), new DocumentWrite { Content = content, Summary = summary }, cancellation);
    }

    /// <summary>Datasets that start runs of a DAG.</summary>
    public static IEnumerable<string> NamesOf(PublishedDag dag) => dag.Current is null ? [] : dag.Schedule?.Datasets?.Names() ?? [];

    private async Task ListenAsync(PublishedDag dag, ImmutableSortedSet<string> touched, CancellationToken cancellation)
    {
        var names = NamesOf(dag).ToImmutableSortedSet(StringComparer.Ordinal);
        foreach (var name in names) await PutListenerAsync(CataloguePaths.Listener(name, dag.Name), new(dag.Name, dag.Sequence), cancellation);
        foreach (var name in touched.Except(names))
        {
            var path = CataloguePaths.Listener(name, dag.Name);
            while (await store.GetAsync<DatasetListener>(path, cancellation) is { } found && found.Value.Sequence < dag.Sequence)
                if (await store.DeleteAsync(path, found.ETag, cancellation)) break;
        }
    }

    private async Task PutListenerAsync(string path, DatasetListener listener, CancellationToken cancellation)
    {
        while (true)
        {
            var found = await store.GetAsync<DatasetListener>(path, cancellation);
            if (found is not null && found.Value.Sequence >= listener.Sequence) return;
            if (await store.PutAsync(path, listener, found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag), cancellation: cancellation) is not null) return;
        }
    }

    private async Task TellAsync(PublishedDag dag, CancellationToken cancellation)
    {
        var id = DagPaths.ActorOf(dag.Name);
        await actors.StartAsync(new StartActor
        {
            Id = id,
            Request = JsonSerializer.SerializeToElement(new { dag = dag.Name }, OrchestrationJson.Options),
            Lane = dag.Lane,
            Tags = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("dag", dag.Name),
        }, cancellation);
        var changed = new DagChanged
        {
            Sequence = dag.Sequence,
            Hash = dag.Current?.Hash,
            Schedule = dag.Schedule,
            PauseAfterFailures = dag.PauseAfterFailures,
            Paused = dag.Paused,
            PublishedAt = dag.PublishedAt,
            ChangedAt = dag.ChangedAt,
        };
        await actors.TellAsync(new TellActor
        {
            Id = id,
            EntryId = string.Create(CultureInfo.InvariantCulture, $"{dag.Sequence:D19}-{DagChanged.Kind}"),
            Kind = DagChanged.Kind,
            Body = JsonSerializer.SerializeToElement(changed, OrchestrationJson.Options),
        }, cancellation);
    }
}
