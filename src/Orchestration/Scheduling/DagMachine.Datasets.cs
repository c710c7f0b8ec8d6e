using Updraft.Dags;

namespace Updraft.Orchestration;

// The datasets that have landed.
internal sealed partial class DagMachine
{
    private const string Crowded = "too many dataset events wait";
    private const string NotListening = "the schedule no longer names the dataset";
    private const string InPause = "landed in a pause";

    private void Take(DatasetLanded landed, DateTime now)
    {
        if (_body.Schedule?.Datasets is not { } condition || !condition.Names().Contains(landed.Dataset, StringComparer.Ordinal)) return;
        if (_landed.Add(landed, _body.Paused) is not { } added) return;
        if (added.Crowded is { } crowded) LetGo(now, [crowded], Crowded);
        _groupsToCheck.Add(_landed.GroupOf(added.Event));
    }

    /// <summary>Lets go of events that no run can be made from any more.</summary>
    private void LetGoOfEvents(DateTime now, bool resumed)
    {
        var names = _body.Schedule?.Datasets?.Names().ToHashSet(StringComparer.Ordinal) ?? [];
        LetGo(now, _landed.RemoveAll(landed => !names.Contains(landed.Dataset)), NotListening);
        if (resumed && _body.Schedule is { CatchUp: CatchUp.None }) LetGo(now, _landed.RemoveAll(landed => landed.WhilePaused), InPause);
    }

    /// <summary>Decides on the first group whose datasets are complete. All its events make one run.</summary>
    private void DecideDatasets(DateTime now)
    {
        if (_body.Schedule?.Datasets is not { } condition) return;
        while (_groupsToCheck.Min is { } group)
        {
            var events = _landed.In(group);
            var names = events.Select(landed => landed.Dataset).ToHashSet(StringComparer.Ordinal);
            if (events.Count > 0 && condition.Holds(names.Contains))
            {
                Change(_body with { Pending = RunOf(events, now) });
                return; // The group is looked at again: more may land while the run is being made.
            }
            _groupsToCheck.Remove(group);
        }
    }

    private PendingRun RunOf(IReadOnlyList<LandedEvent> events, DateTime now) => new()
    {
        RunId = RunIds.OfCause(_dag, PendingRun.Dataset, string.Join('\n', events.Select(landed => landed.Id))),
        Sequence = _body.Sequence,
        Trigger = PendingRun.Dataset,
        LogicalDate = now,
        Previous = _body.LastDatasetRun,
        DatasetEvents = [.. events.Select(landed => landed.Id)],
        Partition = _body.Schedule!.PerPartition ? events[0].Partition : null,
    };

    private void CheckAllGroups() => _groupsToCheck.UnionWith(_landed.Groups);

    private void LetGo(DateTime now, IReadOnlyList<LandedEvent> events, string reason)
    {
        if (events.Count > 0) Drop(now, new(events.Min(landed => landed.At), events.Max(landed => landed.At), events.Count), reason);
    }
}
