using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Makes or clears the runs of backfills, and asks them to say when they have ended. Every call may be repeated.</summary>
public sealed class BackfillRuns(DagCatalogue catalogue, RunClient runs, ActorClient actors, SpecStore specs)
{
    /// <summary>Begins the run of a tick.</summary>
    public async Task<BegunBackfillRun> BeginAsync(BeginBackfillRun begin, CancellationToken cancellation = default)
    {
        var (request, runId) = (begin.Request, begin.Run.RunId);
        var found = await runs.Reader.GetAsync(runId, cancellation);
        if (found is null)
        {
            if (await TriggerAsync(begin, cancellation) is { } refusal) return refusal;
        }
        else
        {
            await runs.EnsureStartedAsync(runId, cancellation);
        }
        if (found is null || found.Request.Labels.GetValueOrDefault(BackfillRequest.Label) == request.Id) return await FollowAsync(begin, 0, cancellation);
        if (request.Wanted.Reprocess is Reprocess.Missing) return new(BackfillOutcome.Existing);

        var clear = "backfill-clear-" + DatasetEvent.IdOf(request.Id, runId);
        var head = await actors.GetHeadAsync(RunPaths.Of(runId), cancellation);
        // What was cleared by an earlier try of this call is not cleared again.
        if (head?.Taken.Contains(clear) == true) return await FollowAsync(begin, 0, cancellation);
        var body = head is { Revision: > 0 } ? head.Body.Deserialize<RunBody>(OrchestrationJson.Options)! : found.Body;
        if (request.Wanted.Reprocess is Reprocess.Failed && body.Status is RunStatus.Success) return new(BackfillOutcome.Existing);
        if (request.Wanted.Reprocess is Reprocess.Failed && body.Status is RunStatus.Queued or RunStatus.Running or RunStatus.Paused) return await FollowAsync(begin, 0, cancellation);

        var command = new ClearCommand
        {
            Tasks = await TasksOfAsync(found.Request.DagHash, cancellation),
            FailedOnly = request.Wanted.Reprocess is Reprocess.Failed && body.Status is RunStatus.Failed,
        };
        await TellAsync(runId, clear, ClearCommand.Kind, command, cancellation);
        return await FollowAsync(begin, (body.Changes ?? 0) + 1, cancellation);
    }

    private async Task<BegunBackfillRun?> TriggerAsync(BeginBackfillRun begin, CancellationToken cancellation)
    {
        var wanted = begin.Request.Wanted;
        try
        {
            var pinned = await catalogue.PinAsync(wanted.Dag, begin.Request.Version, cancellation);
            var hasPrevious = begin.Previous is { } previous && await runs.Reader.RequestAsync(previous, cancellation) is not null;
            await runs.TriggerAsync(pinned with
            {
                RunId = begin.Run.RunId,
                Trigger = BackfillRequest.Label,
                TriggeredBy = wanted.By,
                LogicalDate = begin.Run.Tick,
                DataInterval = begin.Interval,
                Previous = hasPrevious ? begin.Previous : null,
                Conf = wanted.Conf,
                Labels = wanted.Labels.SetItem(BackfillRequest.Label, begin.Request.Id),
            }, cancellation);
            return null;
        }
        catch (UpdraftException full) when (full.Code == TriggerErrors.QueueFull)
        {
            return new(BackfillOutcome.Full, full.Message);
        }
        catch (UpdraftException refusal) when (ScheduledRuns.IsRefusal(refusal) || refusal.Code is CatalogueErrors.NoSuchDag or CatalogueErrors.NoSuchVersion)
        {
            return new(BackfillOutcome.Refused, $"{refusal.Code}: {refusal.Message}");
        }
    }

    private async Task<BegunBackfillRun> FollowAsync(BeginBackfillRun begin, int changes, CancellationToken cancellation)
    {
        var follow = new FollowRun(begin.Owner, BackfillMachine.KeyOf(begin.Run), Changes: changes);
        await TellAsync(begin.Run.RunId, "backfill-follow-" + DatasetEvent.IdOf(begin.Request.Id, begin.Run.RunId), FollowRun.Kind, follow, cancellation);
        return new(BackfillOutcome.Followed);
    }

    private Task<bool> TellAsync(string runId, string entryId, string kind, object body, CancellationToken cancellation) => actors.TellAsync(new TellActor
    {
        Id = RunPaths.Of(runId),
        EntryId = entryId,
        Kind = kind,
        Body = JsonSerializer.SerializeToElement(body, OrchestrationJson.Options),
    }, cancellation);

    private async Task<ImmutableArray<InstanceSelector>> TasksOfAsync(string hash, CancellationToken cancellation)
    {
        var spec = await specs.GetSpecAsync(hash, cancellation) ?? throw new UpdraftException(RunErrors.NoSuchVersion, $"version {hash} is not stored");
        return [.. DagJson.Parse(Encoding.UTF8.GetString(spec.Span)).Tasks.Select(task => new InstanceSelector(task.Id, []))];
    }
}
