using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>
/// Asks a run to say when it has ended, or when a task of it has; it answers at once when that is so already. A run that has ended opens a
/// generation, answers and ends again, unchanged.
/// </summary>
/// <param name="Owner">Who asks.</param>
/// <param name="Key">The owner's name for the question; comes back in <see cref="RunFollowed"/>.</param>
/// <param name="Task">Full id of an unmapped task, or of a mapped one for all its instances; null for the run.</param>
/// <param name="Keys">Map keys of one instance, outermost first; empty for the whole task, as which an instance of a map in parts counts too.</param>
/// <param name="AnswerKind">Kind of the entry that answers. Default <see cref="RunFollowed.Kind"/>; a job or sensor asks for <see cref="JobCommands.Wake"/>.</param>
/// <param name="Changes">
/// How many clears and marks the run must have taken before it answers. Default 0. Who does not like an answer asks again for one more than
/// <see cref="RunFollowed.Changes"/>: nothing else makes what has ended any better.
/// </param>
public sealed record FollowRun(ActorId Owner, string Key, string? Task = null, ImmutableArray<string>? Keys = null, string AnswerKind = RunFollowed.Kind, int Changes = 0)
{
    /// <summary>Kind of the inbox entry.</summary>
    public const string Kind = "follow";
}

/// <summary>Answers <see cref="FollowRun"/>. The entry's id is made of the question's, so that each question is answered once.</summary>
/// <param name="Key">The owner's name for the question.</param>
/// <param name="RunId">The run.</param>
/// <param name="Opened">How often the run was opened again before this answer.</param>
/// <param name="Status">The run's state.</param>
/// <param name="Task">The task's state, the worst of its instances; null when it was not asked for, or there is no such task.</param>
/// <param name="Changes">How many clears and marks the run had taken.</param>
public sealed record RunFollowed(string Key, string RunId, int Opened, RunStatus Status, TaskState? Task = null, int Changes = 0)
{
    /// <summary>Kind of the inbox entry.</summary>
    public const string Kind = "run-followed";
}

/// <summary>A question that is not answered yet, as a run keeps it.</summary>
/// <param name="Id">The entry that asked.</param>
/// <param name="Question">What it asked.</param>
public sealed record Follower(string Id, FollowRun Question);
