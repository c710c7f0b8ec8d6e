namespace Updraft.Dags;

/// <summary>How long what runs leave behind is kept. Null fields leave it to the host. The last run and the last success always stay.</summary>
public sealed record RetentionSpec
{
    /// <summary>Documents and history of ended runs.</summary>
    public TimeSpan? Runs { get; init; }

    /// <summary>Logs of ended runs.</summary>
    public TimeSpan? Logs { get; init; }

    /// <summary>Outputs and files of ended runs.</summary>
    public TimeSpan? Outputs { get; init; }

    /// <summary>Ended runs kept at most, 1 or more.</summary>
    public int? MaxRuns { get; init; }
}
