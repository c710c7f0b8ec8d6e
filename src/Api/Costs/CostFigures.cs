namespace Updraft.Api;

/// <summary>What was done that costs.</summary>
/// <param name="Runs">Runs that ended.</param>
/// <param name="Tasks">Task instances of these.</param>
/// <param name="Activities">Activities, those that only keep books among them.</param>
/// <param name="Reads">Reads of documents and blobs.</param>
/// <param name="Writes">Writes, and listings, which cost as much. Deleting is free.</param>
/// <param name="WorkSeconds">Time for which attempts were at work; remote jobs are on the bill of their backend.</param>
public sealed record CostFigures(double Runs, double Tasks, double Activities, double Reads, double Writes, double WorkSeconds)
{
    /// <summary>Nothing.</summary>
    public static readonly CostFigures None = new(0, 0, 0, 0, 0, 0);

    internal bool IsNone => this == None;

    internal CostFigures Plus(CostFigures other) => new(Runs + other.Runs, Tasks + other.Tasks, Activities + other.Activities, Reads + other.Reads, Writes + other.Writes, WorkSeconds + other.WorkSeconds);

    internal CostFigures Less(CostFigures other) => Plus(other.Times(-1));

    internal CostFigures Times(double n) => new(Runs * n, Tasks * n, Activities * n, Reads * n, Writes * n, WorkSeconds * n);
}
