using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>
/// The upstreams of one target that meet it in one region instance, counted. Kept up to date by each change, so that a decision never looks
/// at the upstreams again.
/// </summary>
internal struct Tally
{
    public int Unfinished;
    public int Success;
    public int Failed;
    public int UpstreamFailed;
    public int Skipped;

    /// <summary>Branches and short-circuits that are not final.</summary>
    public int Gates;

    /// <summary>Branches and short-circuits that skip the target.</summary>
    public int Skips;

    /// <summary>All that a decision depends on; unchanged means that there is nothing to decide anew.</summary>
    public readonly (UpstreamStates States, bool GatesOpen, bool Skip) Signature =>
        (new UpstreamStates(Unfinished == 0, Success > 0, Failed > 0, UpstreamFailed > 0, Skipped > 0), Gates == 0, Skips > 0);

    /// <summary>Counts final states in (+n) or out (−n).</summary>
    public void Count(TaskState state, int n)
    {
        switch (state)
        {
            case TaskState.Success: Success += n; break;
            case TaskState.Failed: Failed += n; break;
            case TaskState.UpstreamFailed: UpstreamFailed += n; break;
            case TaskState.Skipped: Skipped += n; break;
            default: break;
        }
    }
}
