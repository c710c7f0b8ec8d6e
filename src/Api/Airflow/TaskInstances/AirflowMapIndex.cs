using System.Globalization;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>
/// The index by which Airflow names an instance of a mapped task: here its slot, and within maps of maps the slots from the outermost on, each
/// a million apart. It never changes, whatever a rerun does to the list.
/// </summary>
internal static class AirflowMapIndex
{
    /// <summary>Of a task that is not mapped, or whose list is not there yet.</summary>
    public const long None = -1;

    private const long Apart = 1_000_000;

    /// <summary>The index of an instance.</summary>
    public static long Of(InstanceDocument instance) => instance.Place.IsEmpty || instance.Place.Contains(-1) ? None : instance.Place.Aggregate(0L, (index, slot) => unchecked(index * Apart + slot));

    /// <summary>As a query or path has it; null for none.</summary>
    public static long? Of(AirflowParameters query) => query.Number("map_index", None);

    /// <summary>The instance of a task.</summary>
    /// <param name="run">Its run.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="index">Its index; null for that of a task that is not mapped.</param>
    /// <param name="call">Who asks.</param>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.NoTask"/>.</exception>
    public static async Task<InstanceDocument> FindAsync(AirflowRunOfTasks run, string taskId, long? index, AirflowCall call)
    {
        run.Plan.Task(taskId);
        var (wanted, mapped) = (index ?? None, false);
        await foreach (var instance in call.Services.Runs.Reader.InstancesAsync(run.Run, call.Cancellation))
        {
            if (instance.Task != taskId) continue;
            var at = Of(instance);
            if (at == wanted) return instance;
            mapped |= at != None;
        }
        throw new UpdraftException(ApiErrors.NoTask, mapped && wanted == None
            ? $"task '{taskId}' is mapped: say which instance by its map_index, and list them by listMapped"
            : string.Create(CultureInfo.InvariantCulture, $"run '{run.Run.Request.RunId}' has no instance of task '{taskId}'{(wanted == None ? " yet" : $" with map_index {wanted}")}"));
    }
}
