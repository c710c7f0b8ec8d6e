using System.Collections.Immutable;
using Updraft.Api;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Makes pictures of runs.</summary>
internal static class RunPictures
{
    // Beyond it, reading every instance each second would cost more than the run.
    private const int MostInstancesWhileRunning = 2_000;

    /// <summary>Whether the instances of a run are worth reading for a picture of it.</summary>
    public static bool IsShownInFull(RunResource run) => run.Final || run.Counts.Values.Sum() <= MostInstancesWhileRunning;

    /// <summary>A run as it stands.</summary>
    /// <param name="run">The run.</param>
    /// <param name="instances">Its task instances, in the order in which they are to be shown.</param>
    public static RunPicture Of(RunResource run, IEnumerable<TaskInstanceResource> instances) => new()
    {
        RunId = run.RunId,
        Dag = run.Dag,
        Status = run.State,
        Reason = run.Reason,
        CreatedAt = run.CreatedAt,
        StartedAt = Utc(run.StartedAt),
        EndedAt = Utc(run.EndedAt),
        Counts = run.Counts.ToImmutableSortedDictionary(pair => StateNames.Parse(pair.Key), pair => pair.Value),
        Instances = [.. instances.Select(Of)],
    };

    /// <summary>Task instances in the order of their DAG and of their slots.</summary>
    public static IEnumerable<TaskInstanceResource> InOrder(IEnumerable<TaskInstanceResource> instances, IReadOnlyDictionary<string, int> order) =>
        instances.OrderBy(instance => order.GetValueOrDefault(instance.Task, int.MaxValue)).ThenBy(instance => instance.Place, SlotOrder.Instance);

    /// <summary>Positions of a DAG's tasks, by id.</summary>
    public static IReadOnlyDictionary<string, int> OrderOf(DagSpec dag) => dag.Tasks.Index().ToDictionary(task => task.Item.Id, task => task.Index, StringComparer.Ordinal);

    private static InstancePicture Of(TaskInstanceResource instance) => new(instance.Task, instance.State)
    {
        Keys = KeysOf(instance),
        Try = Math.Max(1, instance.Try),
        StartedAt = Utc(instance.StartedAt),
        EndedAt = Utc(instance.EndedAt),
        Reason = instance.Reason,
        Code = instance.Code,
    };

    // A list that is not there has no keys: what stands in for its instances goes by the task's name.
    private static ImmutableArray<string> KeysOf(TaskInstanceResource instance) => instance.Place.IndexOf(-1) is var missing and >= 0 ? instance.Keys[..Math.Min(missing, instance.Keys.Length)] : instance.Keys;

    private static DateTimeOffset? Utc(DateTime? time) => time is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null;
}
