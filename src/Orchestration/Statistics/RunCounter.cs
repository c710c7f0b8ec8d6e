using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Counts each end of a run once, in the figures of its DAG and day, whatever crashes: the day notes which runs it has counted, and forgets one only once the
/// run's entry, written after, shows that end. Ends of the same DAG that come together are written together. Thread-safe.
/// </summary>
internal sealed class RunCounter(IStateStore store)
{
    private const int Remembered = 64;

    private readonly RunIndex _index = new(store);
    private readonly Lock _lock = new();

    /// <summary>Changes that wait while one of the same day is being written.</summary>
    private readonly Dictionary<string, List<Pending>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Counts an end in place of the one before.</summary>
    /// <param name="entry">The run as it is about to be listed.</param>
    /// <param name="end">Its end.</param>
    /// <param name="before">How it was counted before it was opened again; null for not.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async Task CountAsync(RunIndexEntry entry, RunEnd end, RunFigures? before, CancellationToken cancellation)
    {
        var counted = new CountedRun(entry.RunId, entry.CreatedAt, entry.Revision);
        if (before is not null && before.Day != end.Figures.Day) await ChangeAsync(entry.Dag, before.Day, new Pending(counted, day => day.Without(before)), cancellation);
        var replaced = before?.Day == end.Figures.Day ? before : null;
        await ChangeAsync(entry.Dag, end.Figures.Day, new Pending(counted, day => (replaced is null ? day : day.Without(replaced)).With(end, entry.Team)), cancellation);
    }

    private Task ChangeAsync(string dag, string day, Pending change, CancellationToken cancellation)
    {
        var path = StatisticsPaths.Of(day, dag);
        lock (_lock)
        {
            if (_waiting.TryGetValue(path, out var waiting)) waiting.Add(change);
            else
            {
                _waiting[path] = [change];
                _ = WriteAllAsync(path, dag);
            }
        }
        return change.Done.Task.WaitAsync(cancellation);
    }

    /// <summary>Writes what waits until nothing does. What fails is told to those who wait for it.</summary>
    private async Task WriteAllAsync(string path, string dag)
    {
        while (true)
        {
            List<Pending> taken;
            lock (_lock)
            {
                taken = _waiting[path];
                if (taken.Count == 0)
                {
                    _waiting.Remove(path);
                    return;
                }
                _waiting[path] = [];
            }
            try
            {
                await WriteAsync(path, dag, taken);
                foreach (var each in taken) each.Done.SetResult();
            }
            catch (Exception e)
            {
                foreach (var each in taken) each.Done.SetException(e);
            }
        }
    }

    private async Task WriteAsync(string path, string dag, List<Pending> changes)
    {
        while (true)
        {
            var found = await store.GetAsync<DayFigures>(path);
            var day = found?.Value ?? new DayFigures { Dag = dag };
            var fresh = changes.Where(change => !day.Recent.Contains(change.Run)).DistinctBy(change => change.Run).ToList();
            if (fresh.Count == 0) return;
            day = fresh.Aggregate(day, (sum, change) => change.Apply(sum) with { Recent = sum.Recent.Add(change.Run) });
            if (day.Recent.Length > Remembered + fresh.Count) day = day with { Recent = await UnsureAsync(day) };
            var write = new DocumentWrite
            {
                Content = JsonSerializer.SerializeToUtf8Bytes(day, OrchestrationJson.Options),
                Summary = SummaryOf(day),
                If = found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag),
            };
            if (await store.PutAsync(path, write) is not null) return;
        }
    }

    /// <summary>Those of which it is not sure that nobody will count them again.</summary>
    private async Task<System.Collections.Immutable.ImmutableArray<CountedRun>> UnsureAsync(DayFigures day)
    {
        var old = day.Recent[..^Remembered];
        var listed = await Task.WhenAll(old.Select(run => _index.GetAsync(new RunIndexEntry(run.RunId, day.Dag, run.CreatedAt, 0, default))));
        return [.. old.Zip(listed).Where(each => each.Second is { } entry && entry.Revision < each.First.Revision).Select(each => each.First), .. day.Recent[^Remembered..]];
    }

    // All but what is only read of few days, as long as it fits.
    private static string? SummaryOf(DayFigures day)
    {
        var json = JsonSerializer.Serialize(day with { Slowest = [.. day.Slowest.Take(1).Select(task => task with { RunId = "", Task = "", Place = [] })], Recent = [] }, OrchestrationJson.Options);
        return Encoding.UTF8.GetByteCount(json) <= DocumentWrite.MaxSummary ? json : null;
    }

    private sealed record Pending(CountedRun Run, Func<DayFigures, DayFigures> Apply)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Where figures lie.</summary>
internal static class StatisticsPaths
{
    public const string All = "statistics/days/";

    public static string Of(string day) => All + DocumentPath.Of(day);

    public static string Of(string day, string dag) => All + DocumentPath.Of(day, dag);
}
