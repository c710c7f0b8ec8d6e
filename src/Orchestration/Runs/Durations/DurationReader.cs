namespace Updraft.Orchestration;

/// <summary>Reads how long runs and tasks have taken, from the index and the documents of the last runs.</summary>
internal sealed class DurationReader(IStateStore store)
{
    private const int Wanted = 20;

    /// <summary>Runs that are looked at, newest first, for so many successes.</summary>
    private const int MostRuns = 100;

    private readonly RunReader _reader = new(store);

    public async Task<UsualDurationRead> MedianAsync(UsualDuration usual, CancellationToken cancellation)
    {
        var found = new List<TimeSpan>();
        var looked = 0;
        await foreach (var (entry, summary) in _reader.ListAsync(usual.Dag, cancellation))
        {
            if (usual.TaskId is { } task) await AddAsync(entry.RunId, task, found, cancellation);
            else if (summary is { Status: RunStatus.Success, StartedAt: { } started, EndedAt: { } ended }) found.Add(ended - started);
            if (found.Count >= Wanted || ++looked == MostRuns) break;
        }
        return new(Median(found));
    }

    /// <summary>Adds the successes of a task in a run; of a mapped one, as many as are wanted.</summary>
    private async Task AddAsync(string runId, string task, List<TimeSpan> found, CancellationToken cancellation)
    {
        if (await _reader.GetAsync(runId, cancellation) is not { } run) return;
        await foreach (var instance in _reader.InstancesAsync(run, cancellation))
        {
            if (instance.Task == task && instance is { State: TaskState.Success, StartedAt: { } started, EndedAt: { } ended }) found.Add(ended - started);
            if (found.Count >= Wanted) return;
        }
    }

    private static TimeSpan? Median(List<TimeSpan> found)
    {
        if (found.Count == 0) return null;
        found.Sort();
        return (found[(found.Count - 1) / 2] + found[found.Count / 2]) / 2;
    }
}
