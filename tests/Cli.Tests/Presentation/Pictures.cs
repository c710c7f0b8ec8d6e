using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli.Tests;

/// <summary>Runs and DAGs to be shown.</summary>
internal static class Pictures
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    public static RunPicture Run(RunStatus status, params InstancePicture[] instances) => new()
    {
        RunId = "r1",
        Dag = "train",
        Status = status,
        CreatedAt = Start,
        StartedAt = Start,
        EndedAt = status is RunStatus.Running ? null : At(10),
        Instances = [.. instances],
        Counts = instances.GroupBy(instance => instance.State).ToImmutableSortedDictionary(group => group.Key, group => group.Count()),
    };

    public static InstancePicture Ended(string task, double from, double to, TaskState state = TaskState.Success, params string[] keys) =>
        new(task, state) { StartedAt = At(from), EndedAt = At(to), Keys = [.. keys] };

    public static InstancePicture Active(string task, double from, params string[] keys) => new(task, TaskState.Running) { StartedAt = At(from), Keys = [.. keys] };

    public static TaskSpec Task(string id, params string[] after) => new()
    {
        Id = id,
        Group = id.LastIndexOf('.') is > 0 and var dot ? id[..dot] : null,
        Operator = "shell",
        With = Json("{}"),
        After = [.. after],
    };

    public static GroupSpec MappedGroup(string id, params string[] after) => new() { Id = id, After = [.. after], Map = new MapSpec { Over = Json("[1,2]") } };

    public static DagSpec Dag(params TaskSpec[] tasks) => new() { Name = "train", Tasks = [.. tasks] };

    public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
