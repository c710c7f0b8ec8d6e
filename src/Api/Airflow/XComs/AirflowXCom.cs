using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>That a task instance has handed something over.</summary>
internal class AirflowXCom(AirflowRunOfTasks run, InstanceDocument instance)
{
    public string Key { get; } = AirflowXComs.Key;

    public DateTimeOffset Timestamp { get; } = AirflowTimes.Utc(instance.EndedAt) ?? run.Run.Request.CreatedAt;

    public DateTimeOffset? LogicalDate { get; } = run.Run.Request.LogicalDate;

    public DateTimeOffset RunAfter { get; } = AirflowTimes.RunAfter(run.Run.Request);

    public long MapIndex { get; } = AirflowMapIndex.Of(instance);

    public string TaskId { get; } = instance.Task;

    public string TaskDisplayName { get; } = instance.Task;

    public string DagId { get; } = run.Run.Request.Dag;

    public string DagDisplayName { get; } = run.Run.Request.Dag;

    public string RunId { get; } = run.Run.Request.RunId;
}

/// <summary>What it has handed over.</summary>
internal sealed class AirflowXComValue(AirflowRunOfTasks run, InstanceDocument instance, JsonElement value) : AirflowXCom(run, instance)
{
    public JsonElement Value { get; } = value;
}

/// <summary>Some of what was handed over, without the values.</summary>
internal sealed record AirflowXComList(ImmutableArray<AirflowXCom> XcomEntries, long TotalEntries);
