namespace Updraft.Orchestration;

/// <summary>Tells that a run's document was stored.</summary>
public sealed class RunNotices : Notices
{
    /// <summary>Told of every run whose document was stored, with its head, on the thread that stored it: to be done with quickly.</summary>
    public event Action<string, ActorHead>? Noticed;

    internal void Stored(string runId, ActorHead head)
    {
        Noticed?.Invoke(runId, head);
        Ring(runId);
    }
}
