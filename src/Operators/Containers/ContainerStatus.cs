namespace Updraft.Operators;

/// <summary>What a backend says of a container.</summary>
/// <param name="Phase">How far it is.</param>
internal sealed record ContainerStatus(ContainerPhase Phase)
{
    /// <summary>Why it waits, or why it ended as it did, in the backend's words; null for nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>What failed, as a code; null for what the exit code says, or for nothing yet.</summary>
    public string? Code { get; init; }

    /// <summary>How its program ended; null while it runs, and where the backend does not tell.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Whether a container that waits does so for its files.</summary>
    public bool WantsFiles { get; init; }

    /// <summary>Whether a container that waits will never start.</summary>
    public bool IsHopeless { get; init; }
}

/// <summary>How far a container is.</summary>
internal enum ContainerPhase
{
    /// <summary>It has not started.</summary>
    Waiting,

    /// <summary>Its program runs.</summary>
    Running,

    /// <summary>Its program has ended, or never will begin.</summary>
    Ended,
}
