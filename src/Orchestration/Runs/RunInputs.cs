using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Collections.Concurrent;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>What attempts read of their run, from its documents.</summary>
public sealed class RunInputs(IStateStore store, SpecStore specs) : IAttemptInputs
{
    private const int KeptRequests = 4_096;

    private readonly RunReader _reader = new(store);
    private readonly PlanCache _plans = new();
    private readonly ConcurrentDictionary<string, RunRequest> _requests = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<RunRequest> RequestAsync(string runId, CancellationToken cancellation = default)
    {
        if (_requests.TryGetValue(runId, out var known)) return known;
        var request = await _reader.RequestAsync(runId, cancellation) ?? throw new UpdraftException(RunErrors.NoSuchRun, $"there is no run '{runId}'");
        if (_requests.Count >= KeptRequests) _requests.Clear();
        return _requests[runId] = request;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<OutputRef> OutputsAsync(string runId, string taskId, ImmutableArray<MapPlace> place, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var instance in InstancesAsync(runId, taskId, place, cancellation))
            if (instance is { State: TaskState.Success, Output: { } output }) yield return output;
    }

    /// <inheritdoc/>
    public async Task<OutputRef?> OutputOfAsync(string runId, string taskId, ImmutableArray<MapPlace> place, string key, CancellationToken cancellation = default) =>
        (await InstancesAsync(runId, taskId, place, cancellation).FirstOrDefaultAsync(instance => instance.State is TaskState.Success && instance.Keys is [.., var last] && last == key, cancellation))?.Output;

    /// <summary>
    /// The instances of a task that a reader sees, in the order of their slots: where both stand in the same map, only those of the reader's own
    /// slot. Those of one part are held at a time, and no more.
    /// </summary>
    private async IAsyncEnumerable<InstanceDocument> InstancesAsync(string runId, string taskId, ImmutableArray<MapPlace> place, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var run = await _reader.GetAsync(runId, cancellation) ?? throw new UpdraftException(RunErrors.NoSuchRun, $"there is no run '{runId}'");
        var spec = await specs.GetSpecAsync(run.Request.DagHash, cancellation) ?? throw new UpdraftException(RunErrors.NoSuchVersion, $"version {run.Request.DagHash} of DAG '{run.Request.Dag}' is not stored");
        var task = _plans.Of(run.Request.DagHash, JsonSerializer.Deserialize<JsonElement>(spec.Span), run.Request.Operators).TasksById[taskId];
        var shared = SharedSlots(task.Region, place);

        var own = new Queue<InstanceDocument>(await SortedAsync(_reader.PagesAsync(RunPaths.Of(runId), run.Pages, cancellation)));
        var parts = run.Body.Maps.Where(map => IsAround(task.Region, map.Region))
            .SelectMany(map => map.Parts.Where(part => part.Shown && Owns(part, map, shared)).Select(part => (Part: part, First: FirstOf(map, part))))
            .OrderBy(part => part.First, SlotOrder.Comparer);
        foreach (var (part, _) in parts)
        {
            foreach (var instance in await SortedAsync(_reader.PartAsync(runId, part, cancellation)))
            {
                while (own.TryPeek(out var before) && SlotOrder.Comparer.Compare(before.Place, instance.Place) < 0) yield return own.Dequeue();
                yield return instance;
            }
        }
        while (own.TryDequeue(out var rest)) yield return rest;

        async Task<IEnumerable<InstanceDocument>> SortedAsync(IAsyncEnumerable<InstanceDocument> instances) =>
            (await instances.Where(IsSeen).ToListAsync(cancellation)).OrderBy(instance => instance.Place, SlotOrder.Comparer);

        bool IsSeen(InstanceDocument instance) =>
            instance.Task == taskId && instance.Place.Take(shared.Length).SequenceEqual(shared) && !instance.Place.Contains(RegionInstance.StandInSlot);
    }

    /// <summary>Where the instances of a part begin: the slots of the maps around, which stand in the name of the list, and its first own.</summary>
    private static ImmutableArray<int> FirstOf(ExpansionDocument map, PartDocument part) =>
        [.. map.Name.Split('/').Skip(1).Select(slot => int.Parse(slot, CultureInfo.InvariantCulture)), part.From];

    private static int[] SharedSlots(PlanRegion region, ImmutableArray<MapPlace> place)
    {
        var regions = new Stack<string>();
        for (; region.Parent is not null; region = region.Parent) regions.Push(region.Id);
        return [.. place.Zip(regions).TakeWhile(pair => pair.First.Region == pair.Second).Select(pair => pair.First.Slot)];
    }

    private static bool IsAround(PlanRegion region, string id) => region.Parent is not null && (region.Id == id || IsAround(region.Parent, id));

    /// <summary>Whether a part can hold what a reader sees: the whole map, unless the reader stands in one of its slots.</summary>
    private static bool Owns(PartDocument part, ExpansionDocument map, int[] shared)
    {
        var depth = map.Name.Count(c => c == '/');
        return shared.Length <= depth || (shared[depth] >= part.From && shared[depth] < part.To);
    }

    private sealed class SlotOrder : IComparer<ImmutableArray<int>>
    {
        public static readonly SlotOrder Comparer = new();

        public int Compare(ImmutableArray<int> x, ImmutableArray<int> y) => x.AsSpan().SequenceCompareTo(y.AsSpan());
    }
}
