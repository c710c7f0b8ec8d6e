using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>
/// Waits for blobs of Azure Storage. Conditions of one folder are answered by one listing, as long as it is not much longer than they need; a name
/// that is there may go again, so a condition that held is not remembered.
/// </summary>
[Operator("blob")]
[Description("Waits until a blob, or a number of blobs with a prefix, is in a container of Azure Storage.")]
public sealed class BlobSensor : MultiSensorOperator<BlobWaitFields>
{
    // A folder with more is listed for each condition by itself.
    private const int SharedPages = 2;

    /// <inheritdoc/>
    public override SensorMemory Memory => SensorMemory.Momentary;

    /// <inheritdoc/>
    public override Orchestration.WaitPolicy? PolicyOf(BlobWaitFields fields) => fields.Policy;

    /// <inheritdoc/>
    public override string BackendOf(BlobWaitFields fields) => $"{fields.Connection}/{fields.Container}";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<PokeAnswer>> PokeManyAsync(IReadOnlyList<SensorPoke<BlobWaitFields>> pokes, CancellationToken stop)
    {
        var answers = new PokeAnswer?[pokes.Count];
        var (first, fields) = (pokes[0].Context, pokes[0].Fields);
        var blobs = new AzureBlobs(await first.Connect(fields.Connection, stop), fields.Connection);
        foreach (var listing in BlobPlan.Of([.. pokes.Select(poke => PrefixOf(poke.Fields))]))
        {
            var together = listing.Answers.Select(place => (Index: place, Found: new BlobCount(pokes[place].Fields))).ToList();
            var whole = await CountAsync(blobs, fields.Container, listing.Prefix, [.. together.Select(each => each.Found)], together.Count == 1 ? PagesFor(together[0].Found) : SharedPages, stop);
            foreach (var (index, found) in together)
            {
                var count = found;
                if (!whole && !found.IsDecided)
                {
                    count = new BlobCount(pokes[index].Fields);
                    await CountAsync(blobs, fields.Container, PrefixOf(pokes[index].Fields), [count], PagesFor(count), stop);
                }
                answers[index] = PokeAnswer.Of(count.Result);
            }
        }
        return answers!;
    }

    /// <summary>Counts until all is decided; false when it gave up before.</summary>
    private static async Task<bool> CountAsync(AzureBlobs blobs, string container, string prefix, IReadOnlyList<BlobCount> counts, int pages, CancellationToken stop)
    {
        var pageSize = counts is [{ IsOfPath: true }] ? 1 : AzureBlobs.PageSize;
        await foreach (var page in blobs.ListAsync(container, prefix, pageSize: pageSize, cancellation: stop))
        {
            foreach (var count in counts) count.Add(page);
            if (page.Next is null || counts.All(count => count.IsDecided)) return true;
            if (--pages == 0) return false;
        }
        return true;
    }

    // The blob of a path comes first of those whose names it begins.
    private static int PagesFor(BlobCount count) => count.IsOfPath ? 1 : int.MaxValue;

    private static string PrefixOf(BlobWaitFields fields) => fields.Path ?? fields.Prefix!;
}
