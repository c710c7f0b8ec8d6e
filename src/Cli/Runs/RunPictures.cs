using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Makes pictures of runs from their documents.</summary>
internal static class RunPictures
{
    // Beyond it, reading every instance each second would cost more than the run.
    private const int MostInstancesWhileRunning = 2_000;

    /// <summary>A run as it stands.</summary>
    /// <param name="runs">Reads its documents.</param>
    /// <param name="run">The head of its document.</param>
    /// <param name="order">Tasks in the order in which they are to be shown.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<RunPicture> OfAsync(RunReader runs, RunView run, IReadOnlyDictionary<string, int> order, CancellationToken cancellation)
    {
        var counts = run.Body.Counts.ToImmutableSortedDictionary(pair => StateNames.Parse(pair.Key), pair => pair.Value);
        var instances = new List<InstanceDocument>();
        if (run.Final || counts.Values.Sum() <= MostInstancesWhileRunning) instances = await runs.InstancesAsync(run, cancellation).ToListAsync(cancellation);
        return new RunPicture
        {
            RunId = run.Request.RunId,
            Dag = run.Request.Dag,
            Status = run.Body.Status,
            Reason = run.Body.Reason,
            CreatedAt = run.Request.CreatedAt,
            StartedAt = Utc(run.Body.StartedAt),
            EndedAt = Utc(run.Body.EndedAt),
            Counts = counts,
            Instances = [.. instances.OrderBy(instance => order.GetValueOrDefault(instance.Task, int.MaxValue)).ThenBy(instance => instance.Place, SlotOrder.Instance).Select(Of)],
        };
    }

    /// <summary>Positions of a DAG's tasks, by id.</summary>
    public static IReadOnlyDictionary<string, int> OrderOf(DagSpec dag) => dag.Tasks.Index().ToDictionary(task => task.Item.Id, task => task.Index, StringComparer.Ordinal);

    private static InstancePicture Of(InstanceDocument instance) => new(instance.Task, instance.State)
    {
        Keys = KeysOf(instance),
        Try = Math.Max(1, instance.Try),
        StartedAt = Utc(instance.StartedAt),
        EndedAt = Utc(instance.EndedAt),
        Reason = instance.Reason,
        Code = instance.Code,
    };

    // A list that is not there has no keys: what stands in for its instances goes by the task's name.
    private static ImmutableArray<string> KeysOf(InstanceDocument instance) => instance.Place.IndexOf(-1) is var missing and >= 0 ? instance.Keys[..Math.Min(missing, instance.Keys.Length)] : instance.Keys;

    private static DateTimeOffset? Utc(DateTime? time) => time is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null;
}
