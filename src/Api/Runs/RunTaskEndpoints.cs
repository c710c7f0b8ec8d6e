using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The tasks of a run, and their instances.</summary>
internal static class RunTaskEndpoints
{
    private const int MostInstances = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/runs/{runId}/tasks", TasksAsync).Needs(Role.Viewer);
        api.MapGet("/runs/{runId}/instances", InstancesAsync).Needs(Role.Viewer);
    }

    private static async Task<ImmutableArray<RunTask>> TasksAsync(string runId, Access access, RunFinder runs, TaskTotals totals, CancellationToken cancellation)
    {
        var run = await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        var dag = await runs.DagOfAsync(run.Request, cancellation);
        var found = await totals.OfAsync(run, cancellation);
        return [.. dag.Tasks.Select(task => RunTask.Of(task, found.GetValueOrDefault(task.Id)))];
    }

    private static async Task<Page<TaskInstanceResource>> InstancesAsync(string runId, string? task, [FromQuery] string[]? state, string? after, int? count, Access access, RunFinder runs, InstanceWalk walk, CancellationToken cancellation)
    {
        var run = await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        var (size, states) = (Page.Size(count, MostInstances), (state ?? []).Select(StateOf).ToHashSet());
        var (items, last) = (ImmutableArray.CreateBuilder<TaskInstanceResource>(), (string?)null);
        try
        {
            await foreach (var placed in walk.WalkAsync(run, after, task, cancellation))
            {
                if (states.Count > 0 && !states.Contains(placed.Instance.State)) continue;
                if (items.Count == size) return new Page<TaskInstanceResource>(items.ToImmutable(), last);
                items.Add(TaskInstanceResource.Of(placed.Instance));
                last = placed.Place;
            }
        }
        catch (ArgumentException e)
        {
            throw new UpdraftException(ApiErrors.BadRequest, $"'after' is not what a page before gave as 'next', or the list was made anew since: {e.Message}", e);
        }
        return new Page<TaskInstanceResource>(items.ToImmutable(), null);
    }

    private static TaskState StateOf(string text)
    {
        foreach (var state in Enum.GetValues<TaskState>())
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()) == text) return state;
        throw new UpdraftException(ApiErrors.BadRequest, $"'{text}' is no state of a task: there are {string.Join(", ", Enum.GetNames<TaskState>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}");
    }
}

/// <summary>A task of a run, with all its instances.</summary>
public sealed record RunTask
{
    /// <summary>Full id of the task.</summary>
    public required string Task { get; init; }

    /// <summary>The group that it is in; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>What it does.</summary>
    public required string Operator { get; init; }

    /// <summary>How many instances there are.</summary>
    public int Instances { get; init; }

    /// <summary>How many, by state. Empty while there is none.</summary>
    public ImmutableSortedDictionary<TaskState, int> Counts { get; init; } = ImmutableSortedDictionary<TaskState, int>.Empty;

    /// <inheritdoc cref="TaskTotal.ScheduledAt"/>
    public DateTime? ScheduledAt { get; init; }

    /// <inheritdoc cref="TaskTotal.StartedAt"/>
    public DateTime? StartedAt { get; init; }

    /// <inheritdoc cref="TaskTotal.EndedAt"/>
    public DateTime? EndedAt { get; init; }

    /// <inheritdoc cref="TaskTotal.Tries"/>
    public int Tries { get; init; }

    internal static RunTask Of(TaskSpec task, TaskTotal? total) => new()
    {
        Task = task.Id,
        Group = task.Group,
        Operator = task.Operator,
        Instances = total?.Counts.Values.Sum() ?? 0,
        Counts = total?.Counts ?? ImmutableSortedDictionary<TaskState, int>.Empty,
        ScheduledAt = total?.ScheduledAt,
        StartedAt = total?.StartedAt,
        EndedAt = total?.EndedAt,
        Tries = total?.Tries ?? 0,
    };
}
