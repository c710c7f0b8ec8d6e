using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>What Airflow's clients change of a run: its note, and its state by hand.</summary>
internal static class AirflowRunCommands
{
    private const int LongestNote = 1_000;

    // Clients take the state in the answer for what they asked, so that it is waited for; what takes longer is shown as it is.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder api) => api.MapPatch("/dags/{dagId}/dagRuns/{runId}", PatchAsync).Needs(Role.Operator);

    private static async Task<AirflowRun> PatchAsync(string dagId, string runId, AirflowCall call)
    {
        var run = await call.RunAsync(dagId, runId, Role.Operator);
        var change = (await call.BodyAsync<AirflowRunChange>()).Masked(call.Query);
        if (change.Note?.Length > LongestNote) throw new AirflowRefusal(["body", "note"], $"'note' has {change.Note.Length} characters; {LongestNote} are allowed");
        if (change.State is { } state) run = await SetAsync(run, state, call);
        if (change.HasNote) await call.Services.Notes.ChangeAsync(runId, new ChangeNote { Note = change.Note ?? "", By = call.Access.Name }, call.Cancellation);
        return await AirflowRun.OfAsync(run, call);
    }

    private static async Task<RunView> SetAsync(RunView run, string state, AirflowCall call)
    {
        var (runId, now) = (run.Request.RunId, AirflowStates.Of(run));
        if (now == state) return run;
        switch (state)
        {
            case "success":
                var marked = await NotSucceededAsync(run, call);
                if (!marked.IsEmpty) await call.Services.Runs.MarkAsync(runId, new MarkCommand(marked, TaskState.Success), call.Cancellation);
                return await EndAsync(run, call);
            case "failed" when !run.Final:
                await call.Services.Runs.CancelAsync(runId, new CancelCommand(By: call.Access.Name), call.Cancellation);
                return await EndAsync(run, call);
            case "failed":
                throw new UpdraftException(AirflowErrors.WrongState, $"run '{runId}' has ended with {now}, and a run that has ended is not failed by hand: mark a task of it as failed instead");
            case "queued":
                throw new UpdraftException(AirflowErrors.WrongState, $"run '{runId}' is {now}, and is not put back to queued by itself: clear it, or tasks of it, and they run again");
            default:
                throw new AirflowRefusal(["body", "state"], $"'state' is '{state}', which is none of queued, success, failed");
        }
    }

    /// <summary>What has not succeeded, a task at a time where none of its instances has.</summary>
    private static async Task<ImmutableArray<InstanceSelector>> NotSucceededAsync(RunView run, AirflowCall call)
    {
        var instances = await call.Services.Runs.Reader.InstancesAsync(run, call.Cancellation).ToListAsync(call.Cancellation);
        var marked = instances.GroupBy(instance => instance.Task).SelectMany(task => task.Any(IsRight)
            ? task.Where(instance => !IsRight(instance)).Select(instance => new InstanceSelector(instance.Task, instance.Keys))
            : [new InstanceSelector(task.Key, [])]);
        return [.. marked];

        static bool IsRight(InstanceDocument instance) => instance.State is TaskState.Success or TaskState.Skipped or TaskState.Removed;
    }

    private static async Task<RunView> EndAsync(RunView run, AirflowCall call)
    {
        var runId = run.Request.RunId;
        if (!call.Host.Drives(runId)) return (await call.Services.Runs.Reader.GetAsync(runId, call.Cancellation))!;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        var time = Task.Delay(LongestWait, call.Clock, over.Token);
        try
        {
            while (true)
            {
                using var next = call.Services.Notices.Next(runId);
                var shown = (await call.Services.Runs.Reader.GetAsync(runId, call.Cancellation))!;
                if (shown.Final || time.IsCompleted) return shown;
                await Task.WhenAny(next.Task, time);
                call.Cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await over.CancelAsync();
        }
    }
}

/// <summary>A change of a run. A field that is not given stays as it is.</summary>
internal sealed record AirflowRunChange
{
    private readonly string? _note;

    public string? State { get; init; }

    /// <summary>The note; null to remove it.</summary>
    public string? Note
    {
        get => _note;
        init => (_note, HasNote) = (value, true);
    }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasNote { get; private init; }

    /// <summary>Only what <c>update_mask</c> names, where there is one.</summary>
    public AirflowRunChange Masked(AirflowParameters query)
    {
        var mask = query.Texts("update_mask").SelectMany(text => text.Split(',')).ToArray();
        if (mask.FirstOrDefault(field => field is not ("state" or "note")) is { } other) throw new UpdraftException(AirflowErrors.CannotBeDone, $"'update_mask' names '{other}', and only state and note can be changed");
        return mask.Length == 0 ? this : this with { State = mask.Contains("state") ? State : null, HasNote = HasNote && mask.Contains("note") };
    }
}
