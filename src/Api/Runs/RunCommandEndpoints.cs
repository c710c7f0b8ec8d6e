using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>What is done to runs that are there.</summary>
internal static class RunCommandEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var run = api.MapGroup("/runs/{runId}");
        run.MapPost("/cancel", CancelAsync).Needs(Role.Operator);
        run.MapPost("/pause", (string runId, Told told) => told.Async(runId, client => client.PauseAsync(runId, new PauseCommand(true), told.Cancellation))).Needs(Role.Operator);
        run.MapPost("/resume", (string runId, Told told) => told.Async(runId, client => client.PauseAsync(runId, new PauseCommand(false), told.Cancellation))).Needs(Role.Operator);
        run.MapPost("/clear", ClearAsync).Needs(Role.Operator);
        run.MapPost("/mark", MarkAsync).Needs(Role.Operator);
        run.MapPost("/priority", PrioritiseAsync).Needs(Role.Operator);
        run.MapPost("/rerun", RerunAsync).Needs(Role.Operator).Once();
        run.MapGet("/note", GetNoteAsync).Needs(Role.Viewer).Tagged();
        run.MapPatch("/note", NoteAsync).Needs(Role.Operator);
        run.MapGet("/explain", ExplainAsync).Needs(Role.Viewer);
    }

    private static Task<Accepted<CommandTaken>> CancelAsync(string runId, CancelCommand command, Told told) =>
        told.Async(runId, client => client.CancelAsync(runId, command with { By = told.Access.Name }, told.Cancellation));

    private static Task<Accepted<CommandTaken>> ClearAsync(string runId, ClearCommand command, Told told) =>
        told.SelectedAsync(runId, command.Tasks, (client, tasks) => client.ClearAsync(runId, command with { Tasks = tasks }, told.Cancellation));

    private static Task<Accepted<CommandTaken>> MarkAsync(string runId, MarkCommand command, Told told) =>
        told.SelectedAsync(runId, command.Tasks, (client, tasks) => client.MarkAsync(runId, command with { Tasks = tasks }, told.Cancellation));

    private static Task<Accepted<CommandTaken>> PrioritiseAsync(string runId, PriorityCommand command, Told told) =>
        told.SelectedAsync(runId, command.Tasks, (client, _) => client.PrioritizeAsync(runId, command, told.Cancellation));

    private static async Task<Accepted<RunAccepted>> RerunAsync(string runId, Rerun how, IdempotencyKey key, Told told, RunServices services, IApiHost host)
    {
        await told.FindAsync(runId);
        return RunEndpoints.Accepted(await services.Reruns.RerunAsync(runId, how with { By = told.Access.Name, RunId = RunGiven.IdOf(how.RunId, key, "rerun") }, told.Cancellation), told.Access, host);
    }

    private static async Task<RunNote> GetNoteAsync(string runId, Access access, RunFinder runs, RunServices services, CancellationToken cancellation)
    {
        await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        return (await services.Notes.GetAsync(runId, cancellation))!;
    }

    private static async Task<RunNote> NoteAsync(string runId, ChangeNote change, IfMatch seen, Told told, RunServices services)
    {
        await told.FindAsync(runId);
        await services.Notes.ChangeAsync(runId, change with { By = told.Access.Name }, note => seen.Demand($"the note of run '{runId}'", ETags.Of(note)), told.Cancellation);
        return (await services.Notes.GetAsync(runId, told.Cancellation))!;
    }

    private static async Task<Explanation> ExplainAsync(string runId, string? task, [FromQuery] string[]? keys, Access access, RunFinder runs, RunServices services, CancellationToken cancellation)
    {
        var run = await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        if (task is not null) await runs.SelectAsync(run, [new InstanceSelector(task, [.. keys ?? []])], cancellation);
        return (await services.Explainer.ExplainAsync(runId, task, [.. keys ?? []], cancellation))!;
    }

    /// <summary>A command to a run that who asks may operate.</summary>
    internal sealed class Told(HttpContext context, RunFinder runs, RunServices services, IApiHost host)
    {
        public Access Access { get; } = Access.Of(context);

        public CancellationToken Cancellation => context.RequestAborted;

        public static ValueTask<Told?> BindAsync(HttpContext context) => ValueTask.FromResult<Told?>(new Told(
            context,
            (RunFinder)context.RequestServices.GetService(typeof(RunFinder))!,
            (RunServices)context.RequestServices.GetService(typeof(RunServices))!,
            (IApiHost)context.RequestServices.GetService(typeof(IApiHost))!));

        public Task<RunView> FindAsync(string runId) => runs.GetAsync(runId, Access, Role.Operator, Cancellation);

        public async Task<Accepted<CommandTaken>> Async(string runId, Func<RunClient, Task<bool>> tell)
        {
            await FindAsync(runId);
            return await tell(services.Runs)
                ? TypedResults.Accepted(RunEndpoints.PathOf(runId), new CommandTaken(runId, host.Drives(runId)))
                : throw await runs.NoRunAsync(runId, Access, Cancellation);
        }

        public async Task<Accepted<CommandTaken>> SelectedAsync(string runId, System.Collections.Immutable.ImmutableArray<InstanceSelector> named, Func<RunClient, System.Collections.Immutable.ImmutableArray<InstanceSelector>, Task<bool>> tell)
        {
            var selected = await runs.SelectAsync(await FindAsync(runId), named, Cancellation);
            return await Async(runId, client => tell(client, selected));
        }
    }
}

/// <summary>A command is stored, and will be taken.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Driven">Whether a process drives it now.</param>
public sealed record CommandTaken(string RunId, bool Driven);
