using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Tags of the orchestrations of a run, its jobs and its parts.</summary>
public static class RunTags
{
    /// <summary>The run.</summary>
    public const string Run = "run";

    /// <summary>The run at the top of those that started each other; only of those that were started so.</summary>
    public const string Root = "root";

    /// <summary>The tags of a run.</summary>
    public static ImmutableSortedDictionary<string, string> Of(string runId, string? root)
    {
        var tags = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(Run, runId);
        return root is null ? tags : tags.Add(Root, root);
    }
}
