using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>The task instances of a run in the order of its documents, which a run that goes on does not change: so a list goes on from a place in them.</summary>
public sealed class InstanceWalk(IStateStore store)
{
    /// <summary>The instances that are there, those of parts last.</summary>
    /// <param name="run">The run.</param>
    /// <param name="after">The place of the last one seen; null for the first.</param>
    /// <param name="task">Only of this task, or of the tasks of this group; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException"><paramref name="after"/> is no place, or its part is no longer there.</exception>
    public async IAsyncEnumerable<PlacedInstance> WalkAsync(RunView run, string? after, string? task = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var from = Place.Of(after);
        var parts = run.Body.Maps.SelectMany(map => map.Parts.Where(part => part is { Shown: true, Started: true }).Select(part => (map.Region, part.Name))).ToList();
        if (from.Part is { } seen)
        {
            var at = parts.FindIndex(part => part.Name == seen);
            if (at < 0) throw new ArgumentException("that part of the list is no longer there", nameof(after));
            parts.RemoveRange(0, at);
        }
        else
        {
            await foreach (var instance in PagesAsync(RunPaths.Of(run.Request.RunId), run.Pages, null, from, cancellation))
                if (IsOf(task, instance.Instance.Task)) yield return instance;
            from = Place.Start;
        }
        foreach (var (region, name) in parts)
        {
            // A part holds nothing but the tasks of its region.
            if (task is null || IsOf(task, region) || IsOf(region, task))
            {
                var id = RunPaths.PartOf(run.Request.RunId, name);
                if ((await store.GetAsync<ActorHead>(ActorPaths.Head(id), cancellation))?.Value is { } head)
                    await foreach (var instance in PagesAsync(id, head.Pages, name, from, cancellation))
                        if (IsOf(task, instance.Instance.Task)) yield return instance;
            }
            from = Place.Start;
        }
    }

    private async IAsyncEnumerable<PlacedInstance> PagesAsync(ActorId id, int pages, string? part, Place from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var number = from.Page; number < pages; number++)
        {
            if (await store.GetAsync<StoredPage>(ActorPaths.Page(id, number), cancellation) is not { } page) continue;
            var instances = page.Value.Content.Deserialize<InstancePage>(OrchestrationJson.Options)!.Instances;
            for (var index = number == from.Page ? from.Index + 1 : 0; index < instances.Length; index++)
                if (instances[index].Shown) yield return new PlacedInstance(new Place(number, index, part).ToString(), instances[index]);
        }
    }

    private static bool IsOf(string? group, string task) => group is null || task == group || task.StartsWith(group + ".", StringComparison.Ordinal);

    private sealed record Place(int Page, int Index, string? Part)
    {
        public static readonly Place Start = new(0, -1, null);

        public static Place Of(string? text)
        {
            if (text is null) return Start;
            var parts = text.Split('.', 3);
            return parts.Length >= 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var page) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? new(page, index, parts.Length == 3 ? parts[2] : null)
                : throw new ArgumentException("that is no place in a list of task instances", nameof(text));
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Page}.{Index}{(Part is null ? "" : "." + Part)}");
    }
}

/// <summary>A task instance and where it stands.</summary>
/// <param name="Place">Where a list goes on after it.</param>
/// <param name="Instance">The instance.</param>
public sealed record PlacedInstance(string Place, InstanceDocument Instance);
