namespace Updraft.Orchestration;

/// <summary>
/// The inbox entries that an actor has taken, in order: first those deleted already, then those stored as taken in the head, then the
/// newest. A sender may repeat an entry late, so the last few are remembered beyond their deletion.
/// </summary>
internal sealed class TakenIds
{
    /// <summary>How many deleted ones are remembered.</summary>
    public const int Remembered = 32;

    private readonly List<string> _ids = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    // Counted from the first ever taken, so that forgetting changes none of them.
    private int _forgotten, _deleted, _stored;

    /// <summary>How many have been taken in all.</summary>
    public int Total => _forgotten + _ids.Count;

    /// <summary>Begins with those of a stored head, whose entries have been deleted.</summary>
    public void Restore(IReadOnlyList<string> ids)
    {
        foreach (var id in ids) Add(id);
        _stored = Total;
        Deleted(_ids.Count);
    }

    /// <summary>Takes an entry; false when it has been taken before.</summary>
    public bool Add(string id)
    {
        if (!_known.Add(id)) return false;
        _ids.Add(id);
        return true;
    }

    /// <summary>What the head document records.</summary>
    public IReadOnlyList<string> ToStore() => [.. _ids];

    /// <summary>All whose entries are not deleted yet.</summary>
    public IReadOnlyList<string> NotDeleted() => _ids[(_deleted - _forgotten)..];

    /// <summary>Those whose entries may be deleted: that they were taken is stored.</summary>
    public IReadOnlyList<string> ToDelete() => _ids[(_deleted - _forgotten)..(_stored - _forgotten)];

    /// <summary>A head is stored that was put together when the <see cref="Total"/> was this.</summary>
    public void Stored(int total) => _stored = total;

    /// <summary>The entries of the next <paramref name="count"/> are gone.</summary>
    public void Deleted(int count)
    {
        _deleted += count;
        var surplus = _deleted - _forgotten - Remembered;
        if (surplus <= 0) return;
        foreach (var id in _ids[..surplus]) _known.Remove(id);
        _ids.RemoveRange(0, surplus);
        _forgotten += surplus;
    }
}
