using System.Collections.Immutable;
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
        foreach (var instance in await InstancesAsync(runId, taskId, place, cancellation))
            if (instance is { State: TaskState.Success, Output: { } output }) yield return output;
    }

    /// <inheritdoc/>
    public async Task<OutputRef?> OutputOfAsync(string runId, string taskId, ImmutableArray<MapPlace> place, string key, CancellationToken cancellation = default) =>
        (await InstancesAsync(runId, taskId, place, cancellation)).FirstOrDefault(instance => instance.State is TaskState.Success && instance.Keys is [.., var last] && last == key)?.Output;

    /// <summary>The instances of a task that a reader sees: where both stand in the same map, only those of the reader's own slot.</summary>
    private async Task<IReadOnlyList<InstanceDocument>> InstancesAsync(string runId, string taskId, ImmutableArray<MapPlace> place, CancellationToken cancellation)
    {
        var run = await _reader.GetAsync(runId, cancellation) ?? throw new UpdraftException(RunErrors.NoSuchRun, $"there is no run '{runId}'");
        var spec = await specs.GetSpecAsync(run.Request.DagHash, cancellation) ?? throw new UpdraftException(RunErrors.NoSuchVersion, $"version {run.Request.DagHash} of DAG '{run.Request.Dag}' is not stored");
        var task = _plans.Of(run.Request.DagHash, JsonSerializer.Deserialize<JsonElement>(spec.Span), run.Request.Operators).TasksById[taskId];
        var shared = SharedSlots(task.Region, place);

        var found = new List<InstanceDocument>();
        await foreach (var instance in _reader.PagesAsync(RunPaths.Of(runId), run.Pages, cancellation)) Add(instance);
        foreach (var map in run.Body.Maps.Where(map => IsAround(task.Region, map.Region)))
            foreach (var part in map.Parts.Where(part => part.Shown && Owns(part, map, shared)))
                await foreach (var instance in _reader.PartAsync(runId, part, cancellation)) Add(instance);
        return [.. found.OrderBy(instance => instance.Place, SlotOrder.Comparer)];

        void Add(InstanceDocument instance)
        {
            if (instance.Task == taskId && instance.Place.Take(shared.Length).SequenceEqual(shared) && !instance.Place.Contains(RegionInstance.StandInSlot)) found.Add(instance);
        }
    }

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
