using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>A part of a large map, as its run sees it.</summary>
internal sealed class PartProxy(Expansion expansion, int index, int from, int to)
{
    public Expansion Expansion { get; } = expansion;

    public int Index { get; } = index;

    public int From { get; } = from;

    /// <summary>The slot after the last; grows when a rerun's list is longer.</summary>
    public int To { get; set; } = to;

    public string Name => $"{Expansion.Name.Replace('/', '-')}.{Index}";

    public bool IsStarted { get; set; }

    /// <summary>Whether this execution knows that the actor is there, so that it can be told something; not stored.</summary>
    public bool IsThere { get; set; }

    public bool IsEnded { get; set; }

    /// <summary>Whether it counts: false once its region has collapsed.</summary>
    public bool IsShown { get; set; } = true;

    /// <summary>Sequence of the last report taken.</summary>
    public long Sequence { get; set; }

    /// <summary>Version of the last update or command sent.</summary>
    public long Version { get; set; }

    /// <summary>Reports that have not seen this version speak of what was before a clear.</summary>
    public long MustHaveSeen { get; set; }

    /// <summary>What it was lent of the map's limit; null for nothing, and without one.</summary>
    public int? Places { get; set; }

    /// <summary>How its instances stand, by task; a task not reported yet is unfinished.</summary>
    public Dictionary<int, PartTally> Tallies { get; } = [];

    public ImmutableArray<string> Failures { get; set; } = [];

    /// <summary>Why its work is to be stopped; null while it is not.</summary>
    public string? StopReason { get; set; }

    /// <summary>Commands that it is not known to have carried out, down to the last death: every update carries them.</summary>
    public List<PartClear> Clears { get; } = [];

    /// <summary>Whether something outside has changed that it must be told.</summary>
    public bool IsDirty { get; set; }

    public PartTally Of(PlanTask task) => Tallies.GetValueOrDefault(task.Index) ?? new PartTally(task.Index, 1, 0, 0, 0, 0);
}
