namespace Updraft.Orchestration;

/// <summary>How often an actor's orchestration was started again after it had failed. It lasts until the actor is released, or purged.</summary>
/// <param name="Count">Failures so far.</param>
/// <param name="LastFailure">Why it failed last.</param>
/// <param name="At">When that was found.</param>
internal sealed record RedriveCount(int Count, string LastFailure, DateTimeOffset At)
{
    /// <summary>Where it lies.</summary>
    public static string PathOf(ActorId id) => "redriven/" + DocumentPath.Of(id.Kind, id.Path);
}
