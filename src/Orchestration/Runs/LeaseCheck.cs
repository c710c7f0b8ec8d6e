using System.Globalization;

namespace Updraft.Orchestration;

/// <summary>Whether what a lease was taken for is over, by the documents of who took it.</summary>
public sealed class LeaseCheck(IStateStore store)
{
    private readonly RunReader _reader = new(store);

    /// <summary>True when the owner has ended or is gone, or its document shows that this try has ended.</summary>
    public async Task<bool> IsOverAsync(Lease lease, CancellationToken cancellation = default)
    {
        if (await store.GetAsync<ActorRequest>(ActorPaths.Request(lease.Owner), cancellation) is null) return true;
        if ((await store.GetAsync<ActorHead>(ActorPaths.Head(lease.Owner), cancellation))?.Value is not { } head) return false;
        if (head.Final) return true;
        if (lease.Holder.Place is null) return false; // A run's own slot lasts as long as the run.
        await foreach (var instance in _reader.PagesAsync(lease.Owner, head.Pages, cancellation))
            if (NameOf(lease.Holder.RunId, instance, lease.Holder.Try) == lease.Id)
                return instance.Try > lease.Holder.Try || (instance.Try == lease.Holder.Try && !instance.State.IsActive());
        return false;
    }

    private static string NameOf(string runId, InstanceDocument instance, int attempt) => string.Create(CultureInfo.InvariantCulture,
        $"{runId}/{instance.Task}{string.Concat(instance.Place.Select(slot => $"/{slot}"))}/{attempt}");
}
