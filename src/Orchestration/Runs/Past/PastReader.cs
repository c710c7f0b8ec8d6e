namespace Updraft.Orchestration;

/// <summary>Reads how the run before stands, from its documents. They may be a second old: who does not like the answer follows the run.</summary>
internal sealed class PastReader(IStateStore store)
{
    /// <summary>Instances in the way that are named one by one; with more, all are in the way.</summary>
    private const int MostNamed = 500;

    private readonly RunReader _reader = new(store);

    public async Task<PastState> CheckAsync(CheckPast check, CancellationToken cancellation)
    {
        if (await _reader.GetAsync(check.RunId, cancellation) is not { } run) return PastState.Fine;
        var ended = run.Body.Status is RunStatus.Success or RunStatus.Failed or RunStatus.Cancelled;
        var past = new PastState { Status = run.Body.Status, Changes = (run.Body.Changes ?? 0) + (ended ? 1 : 0) };
        return check.TaskId is { } task ? await OfTaskAsync(run, ended, task, past, cancellation) : past with { Good = run.Body.Status is RunStatus.Success };
    }

    private async Task<PastState> OfTaskAsync(RunView run, bool ended, string task, PastState past, CancellationToken cancellation)
    {
        var (known, missing) = (false, run.Body.Maps.SelectMany(map => map.Parts).Any(part => part is { Shown: true, Started: false }));
        var bad = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var instance in _reader.InstancesAsync(run, cancellation))
        {
            if (instance.Task != task) continue;
            known = true;
            if (instance is { State: TaskState.Success or TaskState.Skipped, Clearing: null }) continue;
            if (instance.Place.Contains(RegionInstance.StandInSlot)) return past;
            bad.Add(PastState.Text(instance.Keys));
        }
        if (!ended && (!known || missing)) return past; // Perhaps its instances are still to come.
        return bad.Count > MostNamed ? past : past with { Good = bad.Count == 0, NotGood = [.. bad.Order(StringComparer.Ordinal)] };
    }
}
