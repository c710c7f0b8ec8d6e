namespace Updraft.Orchestration;

/// <summary>What a job actor is asked: to drive one attempt of a remote job, or of a sensor, and to tell its parent how it ended.</summary>
public sealed record JobRequest
{
    /// <summary>The attempt.</summary>
    public required AttemptRequest Attempt { get; init; }

    /// <summary>Whether it is a sensor rather than a job. Default false.</summary>
    public bool Sensor { get; init; }

    /// <summary>Bound of the attempt, from its start; null for none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whom to tell how it ended.</summary>
    public required ActorId Parent { get; init; }

    /// <summary>Names the attempt within the parent; comes back in <see cref="AttemptEnded"/>.</summary>
    public required string ParentKey { get; init; }
}

/// <summary>Body of the entry by which a job actor tells its parent: kind <see cref="Kind"/>.</summary>
/// <param name="Key">The parent's name for the attempt.</param>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Result">How it ended. Whatever it was, nothing of it is at work any more.</param>
public sealed record AttemptEnded(string Key, string AttemptId, AttemptResult Result)
{
    /// <summary>Kind of the inbox entry.</summary>
    public const string Kind = "attempt-ended";
}

/// <summary>Kinds of entries that a job actor takes.</summary>
public static class JobCommands
{
    /// <summary>Kill the job and confirm that it is dead; the body is empty. The attempt then ends as stopped.</summary>
    public const string Stop = "stop";

    /// <summary>Look at once: what the attempt waits for may have come. The body is empty.</summary>
    public const string Wake = "wake";
}
