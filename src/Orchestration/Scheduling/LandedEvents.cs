using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// The dataset events that wait for others, by group: a partition, or all when partitions are not told apart. It remembers what it has let go,
/// so that an event that is told again late counts once. Kept on the pages of the DAG's document: the first for what is remembered.
/// </summary>
internal sealed class LandedEvents
{
    /// <summary>Most events that wait in all.</summary>
    public const int Most = 10_000;

    /// <summary>Most events that wait in one group, and so that one run is made from.</summary>
    public const int MostInGroup = 500;

    private const int Remembered = 2_000;
    private const int PageSize = 100;

    private readonly SortedDictionary<string, List<LandedEvent>> _groups = new(StringComparer.Ordinal);
    private readonly List<LandedEvent?> _slots = [];
    private readonly SortedSet<int> _free = [];
    private readonly Dictionary<string, int> _slotOf = new(StringComparer.Ordinal);
    private readonly Queue<string> _gone = new();
    private readonly HashSet<string> _goneIds = new(StringComparer.Ordinal);
    private readonly SortedSet<int> _changed = [];
    private bool _perPartition;
    private long _order;

    /// <summary>As stored: pages may be newer than the head, so what is remembered as gone is gone.</summary>
    public LandedEvents(IReadOnlyList<JsonElement> pages, bool perPartition)
    {
        _perPartition = perPartition;
        if (pages.Count == 0) return;
        foreach (var id in pages[0].Deserialize<GonePage>(OrchestrationJson.Options)?.Ids ?? []) Remember(id);
        var stored = pages.Skip(1).SelectMany((page, number) => (page.Deserialize<LandedPage>(OrchestrationJson.Options)?.Events ?? []).Select((each, at) => (Event: each, Slot: (number * PageSize) + at)));
        foreach (var (each, slot) in stored.OrderBy(each => each.Event?.Order ?? 0))
        {
            while (_slots.Count <= slot) Vacate(_slots.Count);
            if (each is null || _goneIds.Contains(each.Id) || !_slotOf.TryAdd(each.Id, slot)) continue;
            _free.Remove(slot);
            _slots[slot] = each;
            Group(each).Add(each);
            _order = Math.Max(_order, each.Order);
        }
    }

    /// <summary>How many wait.</summary>
    public int Count => _slotOf.Count;

    /// <summary>Whether there is something to store.</summary>
    public bool HasChanges => _changed.Count > 0;

    /// <summary>The groups in which events wait, in ordinal order.</summary>
    public IReadOnlyList<string> Groups => [.. _groups.Keys];

    /// <summary>The events of a group, in the order in which they landed.</summary>
    public IReadOnlyList<LandedEvent> In(string group) => _groups.GetValueOrDefault(group) ?? [];

    /// <summary>The group of an event.</summary>
    public string GroupOf(LandedEvent landed) => _perPartition ? landed.Partition ?? "" : "";

    /// <summary>Adds an event; null when it came before. Where there are too many, the oldest goes, which is then returned beside it.</summary>
    public (LandedEvent Event, LandedEvent? Crowded)? Add(DatasetLanded landed, bool whilePaused)
    {
        if (_slotOf.ContainsKey(landed.Id) || _goneIds.Contains(landed.Id)) return null;
        var added = new LandedEvent(landed.Id, landed.Dataset, landed.Partition, landed.At, ++_order, whilePaused);
        var group = Group(added);
        var crowded = group.Count >= MostInGroup ? group[0] : Count >= Most ? _groups.Values.Where(each => each.Count > 0).MinBy(each => each[0].Order)![0] : null;
        if (crowded is not null) Remove([crowded.Id]);
        if (_free.Count == 0) Vacate(_slots.Count);
        var slot = _free.Min;
        _free.Remove(slot);
        (_slots[slot], _slotOf[added.Id]) = (added, slot);
        Group(added).Add(added);
        _changed.Add(PageOf(slot));
        return (added, crowded);
    }

    /// <summary>Lets events go, whether they wait or not.</summary>
    public void Remove(IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            Remember(id);
            _changed.Add(0);
            if (!_slotOf.Remove(id, out var slot)) continue;
            var landed = _slots[slot]!;
            Vacate(slot);
            _changed.Add(PageOf(slot));
            if (_groups.GetValueOrDefault(GroupOf(landed)) is not { } group) continue;
            group.Remove(landed);
            if (group.Count == 0) _groups.Remove(GroupOf(landed));
        }
    }

    /// <summary>Lets go of those that satisfy a condition, and returns them in the order in which they landed.</summary>
    public IReadOnlyList<LandedEvent> RemoveAll(Func<LandedEvent, bool> where)
    {
        var removed = _groups.Values.SelectMany(group => group).Where(where).OrderBy(landed => landed.Order).ToList();
        Remove(removed.Select(landed => landed.Id));
        return removed;
    }

    /// <summary>Groups anew, when the schedule says otherwise.</summary>
    public void GroupBy(bool partition)
    {
        if (partition == _perPartition) return;
        _perPartition = partition;
        var all = _groups.Values.SelectMany(group => group).OrderBy(landed => landed.Order).ToList();
        _groups.Clear();
        foreach (var landed in all) Group(landed).Add(landed);
    }

    /// <summary>The pages that have changed since the last call.</summary>
    public IReadOnlyList<ActorPage> TakePages()
    {
        // A page that is written later is not without the one before it.
        if (_changed.Count > 0) _changed.Add(0);
        List<ActorPage> pages = [.. _changed.Select(number => new ActorPage(number, number == 0 ? Json(new GonePage([.. _gone])) : Json(Page(number))))];
        _changed.Clear();
        return pages;
    }

    private LandedPage Page(int number) => new LandedPage([.. _slots.Skip((number - 1) * PageSize).Take(PageSize)]);

    private static JsonElement Json<T>(T page) => JsonSerializer.SerializeToElement(page, OrchestrationJson.Options);

    private static int PageOf(int slot) => 1 + (slot / PageSize);

    private void Vacate(int slot)
    {
        if (slot == _slots.Count) _slots.Add(null);
        else _slots[slot] = null;
        _free.Add(slot);
    }

    private List<LandedEvent> Group(LandedEvent landed)
    {
        if (!_groups.TryGetValue(GroupOf(landed), out var group)) _groups[GroupOf(landed)] = group = [];
        return group;
    }

    private void Remember(string id)
    {
        if (!_goneIds.Add(id)) return;
        _gone.Enqueue(id);
        if (_gone.Count > Remembered) _goneIds.Remove(_gone.Dequeue());
    }

    private sealed record GonePage(ImmutableArray<string> Ids);

    private sealed record LandedPage(ImmutableArray<LandedEvent?> Events);
}

/// <summary>A dataset event that waits for others.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Partition">Which part of it; null for the whole.</param>
/// <param name="At">When it landed.</param>
/// <param name="Order">Where it stands among all.</param>
/// <param name="WhilePaused">Whether it came in a pause.</param>
internal sealed record LandedEvent(string Id, string Dataset, string? Partition, DateTimeOffset At, long Order, bool WhilePaused);
