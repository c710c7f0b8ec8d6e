using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Updraft.Orchestration;

/// <summary>
/// Starts again what has failed by a defect: the next generation begins from the documents. After <see cref="Most"/> times in vain the actor
/// is set aside with an alert. It lists only orchestrations that have failed or were terminated, and removes what it has dealt with.
/// </summary>
internal sealed class Redrive(IStateStore store, IOrchestrationClient orchestrations, ActorClient actors, ActorKinds kinds, AlertLog alerts, TimeProvider clock, ILogger log)
{
    /// <summary>How often an actor is started again.</summary>
    public const int Most = 3;

    private static readonly OrchestrationQuery Broken = new() { Statuses = [OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated] };

    /// <summary>Deals with all that have failed.</summary>
    public async Task<Redriven> RunOnceAsync(CancellationToken cancellation)
    {
        var report = new Redriven(0, 0, 0, []);
        await foreach (var instance in orchestrations.GetAllInstancesAsync(Broken, cancellation))
        {
            if (instance.Name != ActorClient.Orchestrator) continue;
            try
            {
                report = report.Plus(await DealWithAsync(instance, cancellation));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One that cannot be dealt with must not keep the others from being dealt with.
                Logs.RedriveFailed(log, instance.InstanceId, exception);
                report = report with { Problems = [.. report.Problems, $"{instance.InstanceId}: {exception.Message}"] };
            }
        }
        return report;
    }

    private async Task<Dealt> DealWithAsync(OrchestrationMetadata instance, CancellationToken cancellation)
    {
        var (id, generation) = instance.Input!.Value.Deserialize<ActorInput>(OrchestrationJson.Options)!;
        var request = await actors.GetRequestAsync(id, cancellation);
        var head = await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation);
        var dealt = Dealt.Superseded;
        if (request is not null && head is null or { Value: { Final: false, SetAside: null } } && (head?.Value.Generation ?? 1) == generation)
        {
            if (await NextAsync(id, head, instance.FailureDetails ?? "terminated", cancellation) is not { } next) return Dealt.Changed;
            (head, dealt) = (next, next.Value.SetAside is null ? Dealt.StartedAgain : Dealt.SetAside);
        }
        // From here on everything may have been done before by a pass that was cut short.
        if (request is not null && head?.Value is { SetAside: { } reason }) await AnnounceAsync(id, request, head.Value, reason, cancellation);
        else if (request is not null) await actors.EnsureStartedAsync(id, cancellation);
        await orchestrations.PurgeInstanceAsync(instance.InstanceId, cancellation);
        return dealt;
    }

    /// <summary>Opens the next generation, which nothing drives if the last ones have failed too; null when another was faster.</summary>
    private async Task<Stored<ActorHead>?> NextAsync(ActorId id, Stored<ActorHead>? head, string failure, CancellationToken cancellation)
    {
        var count = await CountAsync(id, failure, cancellation);
        var current = head?.Value ?? new() { Kind = id.Kind, Generation = 1, Revision = 0, Final = false, Pages = 0, Taken = [], Body = NoBody.Json };
        // The write of a worker that was given up and comes late is of a lower generation, so it does nothing.
        var next = current with { Generation = current.Generation + 1, Write = 0, SetAside = count > Most ? failure : null };
        var condition = head is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(head.ETag);
        if (await store.PutAsync(ActorPaths.Head(id), next, condition, cancellation: cancellation) is not { } etag) return null;
        if (next.SetAside is null) Logs.StartedAgain(log, id.Path, count, failure);
        else Logs.SetAside(log, id.Path, failure);
        return new(next, etag);
    }

    private async Task<int> CountAsync(ActorId id, string failure, CancellationToken cancellation)
    {
        var found = await store.GetAsync<RedriveCount>(RedriveCount.PathOf(id), cancellation);
        var count = new RedriveCount((found?.Value.Count ?? 0) + 1, failure, clock.GetUtcNow());
        await store.PutAsync(RedriveCount.PathOf(id), count, WriteCondition.None, cancellation: cancellation);
        return count.Count;
    }

    private async Task AnnounceAsync(ActorId id, ActorRequest request, ActorHead head, string reason, CancellationToken cancellation)
    {
        var run = request.Tags.GetValueOrDefault("run");
        await alerts.RaiseAsync(new Alert
        {
            Id = Alert.IdOf(AlertKinds.SetAside, id.Kind, id.Path, head.Generation.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Kind = AlertKinds.SetAside,
            Dag = await DagOfAsync(id, run, cancellation),
            RunId = run,
            Message = $"{(run is null ? id.Path : $"run '{run}'")} was set aside, because what drives it failed again and again ({reason}); its documents are intact: report this as a defect, and release it once that is mended",
            At = clock.GetUtcNow(),
            Details = JsonSerializer.SerializeToElement(new { actor = id.Path, kind = id.Kind, reason }, OrchestrationJson.Options),
        }, cancellation);
        if (kinds.Of(id).WhenSetAside(id, request.Body, reason) is { } tell) await actors.TellAsync(tell, cancellation);
        await store.DeleteAsync(ActorPaths.Open(id), null, cancellation);
    }

    private async Task<string?> DagOfAsync(ActorId id, string? run, CancellationToken cancellation)
    {
        if (id.Kind == ActorKindNames.Dag) return DocumentPath.LastName(id.Path);
        return run is null ? null : (await new RunReader(store).RequestAsync(run, cancellation))?.Dag;
    }

    internal enum Dealt
    {
        /// <summary>It was of a generation that is over.</summary>
        Superseded,

        /// <summary>Another has just changed the actor; the next pass looks again.</summary>
        Changed,

        StartedAgain,

        SetAside,
    }

    /// <summary>What a pass did.</summary>
    internal sealed record Redriven(int StartedAgain, int SetAside, int Removed, ImmutableArray<string> Problems)
    {
        public Redriven Plus(Dealt dealt) => this with
        {
            StartedAgain = StartedAgain + (dealt is Dealt.StartedAgain ? 1 : 0),
            SetAside = SetAside + (dealt is Dealt.SetAside ? 1 : 0),
            Removed = Removed + (dealt is Dealt.Superseded ? 1 : 0),
        };
    }
}
