using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>Tasks that belong together: shown as one, mapped as one, retried as one.</summary>
public sealed record GroupSpec
{
    /// <summary>The group's full id: its parent's id, a dot, its own name.</summary>
    public required string Id { get; init; }

    /// <summary>Full id of the enclosing group; null at the top.</summary>
    public string? Parent { get; init; }

    /// <summary>Full ids of the tasks and groups that every root of this group waits for.</summary>
    public ImmutableArray<string> After { get; init; } = [];

    /// <summary>Makes one instance of the whole group per item; null for a plain group.</summary>
    public MapSpec? Map { get; init; }

    /// <summary>How often the whole group starts again when a member has finally failed, 0 or more. Default 0.</summary>
    public int Retries { get; init; }

    /// <summary>Wait before the group starts again. Default zero.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <summary>What the group is for; null when the author says nothing.</summary>
    public string? Description { get; init; }
}
