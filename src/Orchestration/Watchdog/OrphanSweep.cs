using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Ends and removes orchestrations that have not ended though their actor is gone, has ended, or is in a later generation. It lists the
/// orchestrations that have not ended, and reads documents only of those that belong to no open actor.
/// </summary>
internal sealed class OrphanSweep(IOrchestrationClient orchestrations, ActorClient actors, TimeProvider clock)
{
    /// <summary>What took a turn since then may be about to end by itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly OrchestrationQuery Unended = new()
    {
        Statuses = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended],
    };

    /// <summary>Looks at all.</summary>
    /// <param name="openHashes">Of the actors that are open (<see cref="ActorInstanceId.HashOf"/>).</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> RunOnceAsync(IReadOnlySet<string> openHashes, CancellationToken cancellation)
    {
        var removed = 0;
        var before = clock.GetUtcNow() - Patience;
        await foreach (var instance in orchestrations.GetAllInstancesAsync(Unended, cancellation))
        {
            if (instance.Name != ActorClient.Orchestrator || instance.LastUpdatedAt > before) continue;
            if (openHashes.Contains(ActorInstanceId.HashOf(instance.InstanceId)) || !await IsOrphanAsync(instance, cancellation)) continue;
            await orchestrations.TerminateInstanceAsync(instance.InstanceId, "its actor is gone or has ended", cancellation);
            if (await orchestrations.PurgeInstanceAsync(instance.InstanceId, cancellation)) removed++;
        }
        return removed;
    }

    private async Task<bool> IsOrphanAsync(OrchestrationMetadata instance, CancellationToken cancellation)
    {
        var (id, generation) = instance.Input!.Value.Deserialize<ActorInput>(OrchestrationJson.Options)!;
        if (await actors.GetRequestAsync(id, cancellation) is null) return true;
        return await actors.GetHeadAsync(id, cancellation) is { } head && (head.Final || head.SetAside is not null || head.Generation > generation);
    }
}
