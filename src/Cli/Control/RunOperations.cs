using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What can be asked about runs.</summary>
internal static class RunOperations
{
    // A wait is asked for again and again, so that neither side waits for one that is gone.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public static readonly Operation<TriggerRequest, TriggerAnswer> Trigger = new("runs/trigger", async (host, request, cancellation) =>
        Answer(host, await TriggerAsync(host, request.ToTrigger(), request.Alone, cancellation)));

    public static readonly Operation<TriggerPublished, TriggerAnswer> TriggerDag = new("dags/trigger", async (host, request, cancellation) =>
        Answer(host, await DagOperations.OrSuggestAsync(host, request.Dag, async () => request.Alone is null
            ? await host.Services.Catalogue.TriggerAsync(request.Dag, request.Run.SetOn, request.Version, cancellation)
            : await TriggerAsync(host, request.Run.SetOn(await host.Services.Catalogue.PinAsync(request.Dag, request.Version, cancellation)), request.Alone, cancellation), cancellation)));

    public static readonly Operation<RunCommand<CancelCommand>, CommandTaken> Cancel = new("runs/cancel", (host, request, cancellation) =>
        TakenAsync(host, request.RunId, host.Runs.CancelAsync(request.RunId, request.Command, cancellation), cancellation));

    public static readonly Operation<RunCommand<PauseCommand>, CommandTaken> Pause = new("runs/pause", (host, request, cancellation) =>
        TakenAsync(host, request.RunId, host.Runs.PauseAsync(request.RunId, request.Command, cancellation), cancellation));

    public static readonly Operation<RunCommand<ClearCommand>, CommandTaken> Clear = new("runs/clear", async (host, request, cancellation) =>
    {
        var command = request.Command with { Tasks = await TaskSelection.OfAsync(host.Data, request.RunId, request.Command.Tasks, cancellation) };
        return await TakenAsync(host, request.RunId, host.Runs.ClearAsync(request.RunId, command, cancellation), cancellation);
    });

    public static readonly Operation<RunCommand<MarkCommand>, CommandTaken> Mark = new("runs/mark", async (host, request, cancellation) =>
    {
        var command = request.Command with { Tasks = await TaskSelection.OfAsync(host.Data, request.RunId, request.Command.Tasks, cancellation) };
        return await TakenAsync(host, request.RunId, host.Runs.MarkAsync(request.RunId, command, cancellation), cancellation);
    });

    public static readonly Operation<RunCommand<PriorityCommand>, CommandTaken> Prioritise = new("runs/priority", async (host, request, cancellation) =>
    {
        if (!request.Command.Tasks.IsEmpty) await TaskSelection.OfAsync(host.Data, request.RunId, request.Command.Tasks, cancellation);
        return await TakenAsync(host, request.RunId, host.Runs.PrioritizeAsync(request.RunId, request.Command, cancellation), cancellation);
    });

    public static readonly Operation<RunFilter, RunMatch> Match = new("runs/match", (host, request, cancellation) => host.Services.Bulk.MatchAsync(request, cancellation: cancellation));

    public static readonly Operation<RunCommand<Rerun>, TriggerAnswer> Again = new("runs/rerun", async (host, request, cancellation) =>
    {
        var run = await host.Runs.Reader.RequestAsync(request.RunId, cancellation) ?? throw await NoRun.OfAsync(host.Data, request.RunId, cancellation);
        return Answer(host, await DagOperations.OrSuggestAsync(host, run.Dag, () => host.Services.Reruns.RerunAsync(request.RunId, request.Command, cancellation), cancellation));
    });

    public static readonly Operation<RunCommand<ChangeNote>, RunNote> Note = new("runs/note", async (host, request, cancellation) =>
        await host.Services.Notes.ChangeAsync(request.RunId, request.Command, cancellation) && await host.Services.Notes.GetAsync(request.RunId, cancellation) is { } note
            ? note
            : throw await NoRun.OfAsync(host.Data, request.RunId, cancellation));

    public static readonly Operation<ExplainRequest, Explanation> Explain = new("runs/explain", async (host, request, cancellation) =>
    {
        if (request.Task is { } task) await TaskSelection.OfAsync(host.Data, request.RunId, [new InstanceSelector(task, request.Keys)], cancellation);
        return await host.Services.Explainer.ExplainAsync(request.RunId, request.Task, request.Keys, cancellation) ?? throw await NoRun.OfAsync(host.Data, request.RunId, cancellation);
    });

    /// <summary>Completes when the run's document is a later one, or after a while; the document says how the run stands.</summary>
    public static readonly Operation<WaitRequest, WaitAnswer> Wait = new("runs/wait", async (host, request, cancellation) =>
    {
        var next = host.Notices.NextAsync(request.RunId);
        var run = await host.Runs.Reader.GetAsync(request.RunId, cancellation) ?? throw await NoRun.OfAsync(host.Data, request.RunId, cancellation);
        if (run.Revision == request.Revision && !run.Final)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(next, Task.Delay(LongestWait, host.Clock, over.Token));
            await over.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            if (!next.IsCompleted) await host.Runs.CheckAsync(run, cancellation);
        }
        return new WaitAnswer(host.Drives(request.RunId));
    });

    public static readonly ImmutableArray<Operation> All = [Trigger, TriggerDag, Cancel, Pause, Clear, Mark, Prioritise, Match, Again, Note, Explain, Wait];

    private static Task<TriggeredRun> TriggerAsync(LocalHost host, TriggerRun trigger, string? alone, CancellationToken cancellation) =>
        alone is null ? host.Runs.TriggerAsync(trigger, cancellation) : host.Services.Reruns.RunAloneAsync(trigger, alone, cancellation);

    private static TriggerAnswer Answer(LocalHost host, TriggeredRun triggered) => triggered.Purged
        ? throw new UpdraftException(CliErrors.OtherRun, $"there was a run '{Printable.Of(triggered.Request.RunId)}' before, which is removed by now: choose another --run-id")
        : new TriggerAnswer(triggered.Request.RunId, triggered.Request.Dag, triggered.Created, host.Drives(triggered.Request.RunId));

    private static async Task<CommandTaken> TakenAsync(LocalHost host, string runId, Task<bool> told, CancellationToken cancellation) =>
        await told ? new CommandTaken(runId, host.Drives(runId)) : throw await NoRun.OfAsync(host.Data, runId, cancellation);
}
