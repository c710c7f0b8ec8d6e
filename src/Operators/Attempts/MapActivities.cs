using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>The activities of maps: make, name and store the items of a region, and read the names of some.</summary>
internal sealed class MapActivities(AttemptServices services)
{
    private readonly AttemptValues _values = new(services);
    private readonly MapItems _items = new(services.Blobs);

    public async Task<object?> ExpandAsync(ActivityContext activity)
    {
        var request = activity.GetInput<ExpandMapRequest>();
        try
        {
            var slots = await SlotsAsync(request, activity.Cancellation);
            await _items.WriteAsync(request.Items, slots, activity.Cancellation);
            return Expanded(slots, first: 0, inline: slots.Length <= MapItems.PageSize);
        }
        catch (UpdraftException e)
        {
            return new MapExpanded { Failure = AttemptEnds.Clip(e.Message) };
        }
    }

    public async Task<object?> ReadKeysAsync(ActivityContext activity)
    {
        var request = activity.GetInput<ReadMapKeys>();
        var slots = ImmutableArray.CreateBuilder<MapItem>();
        for (var page = request.From / MapItems.PageSize; page * MapItems.PageSize < request.To; page++)
        {
            var first = page * MapItems.PageSize;
            var items = await _items.ReadPageAsync(request.Items, page, activity.Cancellation);
            if (first + items.Length < Math.Min(request.To, first + MapItems.PageSize))
            {
                throw new UpdraftException(MapErrors.NoItems, $"items {request.From} to {request.To} are not stored under {request.Items}: clear the mapped task so that it is expanded again");
            }
            slots.AddRange(items[Math.Max(0, request.From - first)..Math.Min(items.Length, request.To - first)]);
        }
        return Expanded(slots.ToImmutable(), request.From, inline: true);
    }

    private async Task<ImmutableArray<MapItem>> SlotsAsync(ExpandMapRequest request, CancellationToken cancellation)
    {
        var dag = await services.Specs.GetAsync(request.DagHash, cancellation);
        var run = await services.Inputs.RequestAsync(request.RunId, cancellation);
        var (map, group) = MapOf(dag, request.Region);
        var key = map.Key is { } text ? Template.Parse(text) : null;
        var reader = new AttemptValues.Reader(dag, run, request.Region, group, request.Place, request.Inputs, Try: null);
        var list = await ListAsync(reader, map.Over, cancellation);
        var keyOf = key is null ? null : await KeysAsync(reader, request.Region, key, cancellation);
        var previous = request.PreviousItems is { } path ? await _items.ReadAllAsync(path, cancellation) : [];
        return MapExpansion.Expand(request.Region, map, list, keyOf, previous);
    }

    private async Task<JsonElement> ListAsync(AttemptValues.Reader reader, JsonElement over, CancellationToken cancellation)
    {
        var scope = await _values.GatherAsync(reader, AttemptReads.Of(over), cancellation);
        return Templates.Render(over, scope);
    }

    // Within a key, item, key and index without a region are those of the list that is being made.
    private async Task<Func<JsonElement, int, string>> KeysAsync(AttemptValues.Reader reader, string region, Template key, CancellationToken cancellation)
    {
        var (own, outer) = (key.References.Where(reference => IsOwn(reference, region)).ToList(), key.References.Where(reference => !IsOwn(reference, region)));
        var scope = await _values.GatherAsync(reader, outer, cancellation);
        return (item, index) =>
        {
            foreach (var reference in own) scope.Add(reference, reference.Root == TemplateRoot.Item ? item : JsonSerializer.SerializeToElement(index));
            return KeyText.Of(key.Evaluate(scope), string.Create(CultureInfo.InvariantCulture, $"the key of item {index} of '{region}'"));
        };
    }

    private static bool IsOwn(TemplateReference reference, string region) =>
        reference.Root is TemplateRoot.Item or TemplateRoot.Index && (reference.Name is null || TaskNames.Resolve(reference.Name, TaskNames.Parent(region), name => name == region) is not null);

    private static (MapSpec Map, string? Group) MapOf(DagSpec dag, string region)
    {
        if (dag.Tasks.FirstOrDefault(task => task.Id == region) is { Map: { } ofTask } task) return (ofTask, task.Group);
        if (dag.Groups.FirstOrDefault(group => group.Id == region) is { Map: { } ofGroup } found) return (ofGroup, found.Parent);
        throw new UpdraftException(MapErrors.NotAList, $"DAG '{dag.Name}' has no mapped task or group '{region}'");
    }

    private static MapExpanded Expanded(ImmutableArray<MapItem> slots, int first, bool inline)
    {
        var removed = slots.Select((slot, index) => (slot.Removed, Slot: first + index)).Where(slot => slot.Removed).Select(slot => slot.Slot).ToList();
        var numbered = slots.Select((slot, index) => slot.Key == (first + index).ToString(CultureInfo.InvariantCulture)).All(same => same);
        return new MapExpanded
        {
            Count = slots.Length,
            RemovedCount = removed.Count,
            Removed = inline ? removed : [],
            Keys = inline && !numbered ? [.. slots.Select(slot => slot.Key)] : null,
        };
    }
}
