using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>One task at one place of its maps: its state, its tries, what it handed over.</summary>
internal sealed class TaskInstance(PlanTask task, RegionInstance home, int number)
{
    public PlanTask Task { get; } = task;

    /// <summary>Where in the maps it stands.</summary>
    public RegionInstance Home { get; } = home;

    /// <summary>Position in the run document; names the instance within its actor.</summary>
    public int Number { get; } = number;

    public TaskState State { get; set; }

    /// <summary>The try under way or last made, from 1; 0 before the first.</summary>
    public int Try { get; set; }

    /// <summary>Tries made since the instance was last put back to none: what <c>retries</c> bounds.</summary>
    public int TriesInRound { get; set; }

    /// <summary>How often the worker of the present try was lost.</summary>
    public int Losses { get; set; }

    public OutputRef? Output { get; set; }

    /// <summary>Why it is in its state, or why it waits; null when there is nothing to say.</summary>
    public string? Reason { get; set; }

    public string? Code { get; set; }

    /// <summary>When it could start; null before.</summary>
    public DateTime? ScheduledAt { get; set; }

    /// <summary>When the work ended that made it ready; null before, and where an execution did not see that. Not stored.</summary>
    public DateTime? ReadyAt { get; set; }

    /// <summary>Whether a limit, a pool or a pause has held it up since; not stored.</summary>
    public bool IsHeld { get; set; }

    public DateTime? StartedAt { get; set; }

    /// <summary>When its first try began; kept only for a task with a due time.</summary>
    public DateTime? FirstStartedAt { get; set; }

    /// <summary>The opening of the run in which it was late; null for none.</summary>
    public int? LateIn { get; set; }

    /// <summary>Moments of which something is left to be done.</summary>
    public ImmutableArray<Moment> Moments { get; set; } = [];

    public DateTime? EndedAt { get; set; }

    /// <summary>When the next try comes; set while up for retry.</summary>
    public DateTime? DueAt { get; set; }

    /// <summary>When the task's time over all tries ends; null while it is not counted.</summary>
    public DateTime? TaskDeadline { get; set; }

    /// <summary>What is left of the task's time while it waits for a pool.</summary>
    public TimeSpan? TaskTimeLeft { get; set; }

    /// <summary>Why its work is being killed, and so what it becomes then; set while stopping.</summary>
    public StopCause? Stop { get; set; }

    /// <summary>What a branch chose; what a short-circuit said.</summary>
    public BranchChoice? Choice { get; set; }

    /// <summary>The clear that it is part of, while others of that clear are still being killed; it is not decided meanwhile.</summary>
    public ClearOperation? Clearing { get; set; }

    /// <summary>Whether it holds slots of pools or waits for some.</summary>
    public PoolHold Pools { get; set; }

    /// <summary>Where it asks for its pools or waits for them; null while it does neither. Not stored.</summary>
    public PoolQueue? PoolQueue { get; set; }

    /// <summary>Whether it counts in the limits within the run.</summary>
    public bool HoldsPlaces { get; set; }

    /// <summary>Whether this execution has called its attempt and waits for the answer; not stored.</summary>
    public bool IsCalled { get; set; }

    /// <summary>The call by which this execution asked for its pools and waits for the answer; not stored.</summary>
    public string? PoolCall { get; set; }

    /// <summary>Whether its turn at a full pool came before the answer to that call; not stored.</summary>
    public bool TurnCame { get; set; }

    /// <summary>The rendered key of its <c>limit</c>; null before it was rendered, and without one.</summary>
    public string? LimitKey { get; set; }

    /// <summary>Whether it ran: then only a selection puts it back, never an upstream's rerun.</summary>
    public bool Ran => State is TaskState.Success or TaskState.Failed || (State is TaskState.Skipped && TriesInRound > 0);

    /// <summary>Whether it is there: not the stand-in of a region that has instances, and not removed. Only then it counts for anything.</summary>
    public bool IsShown { get; set; }

    /// <summary>The place of its maps, outermost first, as it names attempts.</summary>
    public string PlaceText => Home.Path.Count == 0 ? "" : string.Join('/', Home.Path.Select(at => at.Slot));

    /// <summary>Keys of its maps, outermost first; a list that is not there has none.</summary>
    public IEnumerable<string> Keys => Home.Path.Where(at => !at.IsStandIn).Select(at => at.Key);

    public override string ToString() => Keys.Any() ? $"{Task.Id}[{string.Join('/', Keys)}]" : Task.Id;
}

/// <summary>How an instance stands with its pools.</summary>
internal enum PoolHold
{
    None,
    Waiting,
    Held,
}

/// <summary>What a branch chose or a short-circuit said, kept so that it can be taken back.</summary>
/// <param name="Follow">Ids that a branch follows; null for a short-circuit.</param>
/// <param name="Skip">Whether a short-circuit skips.</param>
internal sealed record BranchChoice(IReadOnlyList<string>? Follow, bool Skip);

/// <summary>Why work is killed.</summary>
/// <param name="Kind">What the instance becomes once its work is dead.</param>
/// <param name="Reason">What is shown.</param>
/// <param name="Target">For a mark: the state it is given.</param>
internal sealed record StopCause(StopKind Kind, string Reason, TaskState? Target = null);

/// <summary>What becomes of an instance once its work is dead.</summary>
internal enum StopKind
{
    /// <summary>Failed, without a retry: it is cancelled, or not needed any more.</summary>
    Fail,

    /// <summary>Failed, without a retry: its time over all tries is over.</summary>
    Overrun,

    /// <summary>Put back to none with the others that are cleared together.</summary>
    Clear,

    /// <summary>Given a state by hand.</summary>
    Mark,
}
