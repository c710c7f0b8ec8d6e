using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>What a task may do with other runs, and with events.</summary>
public sealed class RunControl
{
    private readonly ActorClient _actors;
    private readonly TimeProvider _time;

    internal RunControl(TriggerDag trigger, RunClient runs, EventClient events, EventWaits waits, ApprovalQuestions questions, RunOutputs outputs, ActorClient actors, TimeProvider time) =>
        (Trigger, Runs, Events, Waits, Questions, Outputs, _actors, _time) = (trigger, runs, events, waits, questions, outputs, actors, time);

    /// <summary>Starts a run of a published DAG.</summary>
    public TriggerDag Trigger { get; }

    /// <summary>Reads and commands runs.</summary>
    public RunClient Runs { get; }

    /// <summary>Sends events to runs.</summary>
    public EventClient Events { get; }

    internal EventWaits Waits { get; }

    internal ApprovalQuestions Questions { get; }

    internal RunOutputs Outputs { get; }

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Asks a run to wake the actor of a job or sensor once it, or a task of it, has ended. Asked again for the same end, it is one question.</summary>
    /// <param name="follower">Who asks.</param>
    /// <param name="run">The run.</param>
    /// <param name="task">The task; null for the run.</param>
    /// <param name="mended">Whether the end that it has is not enough: a clear or a mark must come first.</param>
    /// <param name="cancellation">Gives up.</param>
    internal Task<bool> FollowAsync(TaskContext follower, RunView run, string? task, bool mended, CancellationToken cancellation) => _actors.TellAsync(new()
    {
        Id = RunPaths.Of(run.Request.RunId),
        EntryId = EntryOf(mended ? "follow-mended" : "follow", follower, run),
        Kind = FollowRun.Kind,
        Body = JsonSerializer.SerializeToElement(
            new FollowRun(JobPaths.Of(follower.Run.RunId, follower.AttemptId), follower.AttemptId, task, AnswerKind: JobCommands.Wake, Changes: mended ? ChangesOf(run) + 1 : 0), OrchestrationJson.Options),
    }, cancellation);

    /// <summary>Commands a run in the name of an attempt. The same command twice is one, until the run has been opened or changed.</summary>
    internal Task<bool> CommandAsync(TaskContext by, RunView run, string kind, object command, CancellationToken cancellation) => _actors.TellAsync(new()
    {
        Id = RunPaths.Of(run.Request.RunId),
        EntryId = EntryOf(kind, by, run),
        Kind = kind,
        Body = JsonSerializer.SerializeToElement(command, OrchestrationJson.Options),
    }, cancellation);

    /// <summary>Puts back all that failed in a run that has ended.</summary>
    internal async Task RepairAsync(TaskContext by, RunView run, CancellationToken cancellation)
    {
        var tasks = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var instance in Runs.Reader.InstancesAsync(run, cancellation))
            if (instance.State is TaskState.Failed or TaskState.UpstreamFailed) tasks.Add(instance.Task);
        if (tasks.Count > 0) await CommandAsync(by, run, ClearCommand.Kind, new ClearCommand { Tasks = [.. tasks.Select(task => new InstanceSelector(task, []))], FailedOnly = true }, cancellation);
    }

    private static string EntryOf(string what, TaskContext attempt, RunView run) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what}-{JobPaths.NameOf(attempt.AttemptId)}-{run.Body.Opened}-{ChangesOf(run)}");

    private static int ChangesOf(RunView run) => run.Body.Changes ?? 0;
}
