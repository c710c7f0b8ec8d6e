using System.Globalization;

namespace Updraft.Orchestration;

/// <summary>Whether what a lease was taken for is over, by the documents of who took it.</summary>
/// <param name="store">Where the documents are.</param>
/// <param name="attempts">Stops what is at work for an owner that was set aside.</param>
public sealed class LeaseCheck(IStateStore store, IAttemptHost attempts)
{
    private readonly RunReader _reader = new(store);

    /// <summary>True when the owner has ended or is gone, or its document shows that this try has ended.</summary>
    public async Task<bool> IsOverAsync(Lease lease, CancellationToken cancellation = default)
    {
        if (await store.GetAsync<ActorRequest>(ActorPaths.Request(lease.Owner), cancellation) is null or { Value.PurgedAt: not null }) return true;
        if ((await store.GetAsync<ActorHead>(ActorPaths.Head(lease.Owner), cancellation))?.Value is not { } head) return false;
        if (head.Final) return true;
        if (head.SetAside is not null) return await IsDeadAsync(lease, cancellation);
        if (lease.Holder.Place is null) return false; // A run's own slot lasts as long as the run.
        await foreach (var instance in _reader.PagesAsync(lease.Owner, head.Pages, cancellation))
            if (NameOf(lease.Holder.RunId, instance, lease.Holder.Try) == lease.Id)
                return instance.Try > lease.Holder.Try || (instance.Try == lease.Holder.Try && !instance.State.IsActive());
        return false;
    }

    /// <summary>Nobody awaits what an owner that was set aside had at work: it is stopped, and over once it is dead.</summary>
    private async Task<bool> IsDeadAsync(Lease lease, CancellationToken cancellation)
    {
        if (lease.Holder.Place is null) return true;
        var job = new ActorId(ActorKindNames.Job, $"{RunPaths.Of(lease.Holder.RunId).Path}jobs/{DocumentPath.Of(lease.Id)}");
        if (await store.GetAsync<ActorRequest>(ActorPaths.Request(job), cancellation) is not null)
            return (await store.GetAsync<ActorHead>(ActorPaths.Head(job), cancellation))?.Value is { Final: true } or { SetAside: not null };
        return !await attempts.StopAsync(lease.Id, cancellation);
    }

    private static string NameOf(string runId, InstanceDocument instance, int attempt) => string.Create(CultureInfo.InvariantCulture,
        $"{runId}/{instance.Task}{string.Concat(instance.Place.Select(slot => $"/{slot}"))}/{attempt}");
}
