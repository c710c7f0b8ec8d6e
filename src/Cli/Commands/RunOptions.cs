namespace Updraft.Cli;

/// <summary>What <c>updraft run</c> is asked.</summary>
internal sealed record RunOptions
{
    public required string Path { get; init; }

    /// <summary>Which DAG of the path; null when there is only one.</summary>
    public string? Dag { get; init; }

    /// <summary>The conf as typed; null for none.</summary>
    public string? Conf { get; init; }

    /// <summary>The run's id; null for a new one.</summary>
    public string? RunId { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Why the run is asked for; null when nothing was said.</summary>
    public string? Note { get; init; }

    /// <summary>What the run is about; null for what the DAG says.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>Full path of the data folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The storage account that was named for it; null for none.</summary>
    public string? Storage { get; init; }

    /// <summary>For whom the result is.</summary>
    public PrintForm Form { get; init; }
}
