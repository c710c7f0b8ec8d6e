namespace Updraft.Orchestration;

/// <summary>Removes events of datasets once they are old. What landed last, of each partition, stays known for ever.</summary>
public sealed class DatasetPurge(IStateStore store, DatasetClient datasets)
{
    /// <summary>Removes events from before a time.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RunOnceAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var removed = 0;
        await foreach (var dataset in datasets.NamesAsync(cancellation))
        {
            var events = DatasetPaths.Events(dataset);
            await foreach (var listed in store.ListAsync(events, events + DocumentPath.Of(DocumentPath.NewestFirst(before)), cancellation))
            {
                // The document by its id goes first: without it, what is left here is found again.
                await store.DeleteAsync(DatasetPaths.Event(dataset, DocumentPath.LastName(listed.Path)), null, cancellation);
                if (await store.DeleteAsync(listed.Path, listed.ETag, cancellation)) removed++;
            }
        }
        return removed;
    }
}
