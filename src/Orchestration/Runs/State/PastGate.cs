namespace Updraft.Orchestration;

/// <summary>Where instances of one task wait for the same task of the run before. Nothing of it is stored: an execution that begins asks anew.</summary>
internal sealed class PastGate(PlanTask task)
{
    public PlanTask Task { get; } = task;

    /// <summary>What was last heard; null while it is being asked.</summary>
    public PastState? Known { get; set; }

    public bool IsAsking { get; set; }

    /// <summary>How many changes the run before must have taken for an answer that is not known yet.</summary>
    public int Changes { get; set; }

    /// <summary>Who waits, in order of asking.</summary>
    public List<TaskInstance> Waiting { get; } = [];

    public bool IsInTheWay => Waiting.Any(instance => instance is { State: TaskState.Scheduled, IsShown: true });
}
