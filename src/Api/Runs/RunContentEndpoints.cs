using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>What runs leave behind: logs, outputs, files and artifacts. Paths are made here, of what is known of the run; no part of one comes from who asks unchecked.</summary>
internal static class RunContentEndpoints
{
    /// <summary>Most bytes of a log in one answer.</summary>
    public const int MostLog = 4 << 20;

    private const int MostFiles = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        var run = api.MapGroup("/runs/{runId}");
        run.MapGet("/logs/{task}", LogAsync).Needs(Role.Viewer);
        run.MapGet("/outputs/{task}", OutputAsync).Needs(Role.Viewer);
        run.MapGet("/files", FilesAsync).Needs(Role.Viewer);
        run.MapGet("/files/{**name}", FileAsync).Needs(Role.Viewer);
        run.MapGet("/artifacts", ArtifactsAsync).Needs(Role.Viewer);
        run.MapGet("/artifacts/{task}/{place}/{name}", ArtifactAsync).Needs(Role.Viewer);
    }

    private static async Task<IResult> LogAsync(string runId, string task, [AsParameters] TryName which, long? offset, long? length, Access access, RunFinder runs, RunServices services, CancellationToken cancellation)
    {
        var run = await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        var instance = await which.FindAsync(run, task, runs, services.Runs.Reader, cancellation);
        var path = AttemptPaths.Log(run.Request.RunId, task, instance.Place, which.NumberOf(instance));
        // A try that has said nothing has no log, which is an empty one.
        var stored = await services.Ports.Blobs.GetLengthAsync(path, cancellation) ?? 0;
        if (length is < 0) throw new UpdraftException(ApiErrors.BadRequest, $"'length' is {length}: it cannot be negative");
        return new BlobAnswer(services.Ports.Blobs, path, stored, "text/plain; charset=utf-8") { Limit = MostLog, Offset = offset ?? 0, Count = length };
    }

    private static async Task<IResult> OutputAsync(string runId, string task, [AsParameters] TryName which, Access access, RunFinder runs, RunServices services, CancellationToken cancellation)
    {
        var run = await runs.GetAsync(runId, access, Role.Viewer, cancellation);
        var instance = await which.FindAsync(run, task, runs, services.Runs.Reader, cancellation);
        if (instance.Output is not { } output) throw new UpdraftException(ApiErrors.NoOutput, $"task '{task}' of run '{runId}' has handed nothing over");
        if (output.Blob is not { } path) return new JsonAnswer(output.Value);
        var stored = await services.Ports.Blobs.GetLengthAsync(path, cancellation) ?? throw new UpdraftException(ApiErrors.Gone, $"the output of task '{task}' of run '{runId}' has been removed as too old");
        return new BlobAnswer(services.Ports.Blobs, path, stored, "application/json");
    }

    private static async Task<Page<RunFile>> FilesAsync(string runId, string? after, int? count, Access access, RunFinder runs, RunServices services, CancellationToken cancellation)
    {
        runId = (await runs.GetAsync(runId, access, Role.Viewer, cancellation)).Request.RunId;
        var prefix = RunFiles.Prefix(runId);
        var page = await Page.OfAsync(services.Ports.Blobs.ListAsync(prefix, cancellation), after, count, MostFiles, cancellation);
        var lengths = await Task.WhenAll(page.Items.Select(path => services.Ports.Blobs.GetLengthAsync(path, cancellation)));
        return new Page<RunFile>([.. page.Items.Zip(lengths, (path, bytes) => new RunFile(NameOf(path[prefix.Length..]), bytes ?? 0))], page.Next);
    }

    private static async Task<IResult> FileAsync(string runId, string name, Access access, RunFinder runs, RunServices services, CancellationToken cancellation)
    {
        runId = (await runs.GetAsync(runId, access, Role.Viewer, cancellation)).Request.RunId;
        var path = RunFiles.PathOf(runId, name);
        var stored = await services.Ports.Blobs.GetLengthAsync(path, cancellation) ?? throw new UpdraftException(ApiErrors.NoFile, $"run '{runId}' has no file '{name}'; see 'updraft files'");
        return new BlobAnswer(services.Ports.Blobs, path, stored, "application/octet-stream") { FileName = name[(name.LastIndexOf('/') + 1)..] };
    }

    private static async Task<Page<RunArtifact>> ArtifactsAsync(string runId, string? after, int? count, Access access, RunFinder runs, RunServices services, CancellationToken cancellation)
    {
        runId = (await runs.GetAsync(runId, access, Role.Viewer, cancellation)).Request.RunId;
        var page = await Page.OfAsync(services.Ports.Blobs.ListAsync(AttemptPaths.Outputs(runId), cancellation).Where(AttemptPaths.IsArtifact), after, count, MostFiles, cancellation);
        var lengths = await Task.WhenAll(page.Items.Select(path => services.Ports.Blobs.GetLengthAsync(path, cancellation)));
        return new Page<RunArtifact>([.. page.Items.Zip(lengths, (path, bytes) => RunArtifact.Of(path, bytes ?? 0))], page.Next);
    }

    private static async Task<IResult> ArtifactAsync(string runId, string task, string place, string name, Access access, RunFinder runs, RunServices services, CancellationToken cancellation)
    {
        runId = (await runs.GetAsync(runId, access, Role.Viewer, cancellation)).Request.RunId;
        var path = AttemptPaths.Outputs(runId) + DocumentPath.Of(task, place, name);
        var stored = AttemptPaths.IsArtifact(path) ? await services.Ports.Blobs.GetLengthAsync(path, cancellation) : null;
        if (stored is null) throw new UpdraftException(ApiErrors.NoFile, $"run '{runId}' has no artifact '{name}' of task '{task}'");
        return new BlobAnswer(services.Ports.Blobs, path, stored.Value, "application/octet-stream") { FileName = name };
    }

    private static string NameOf(string path) => string.Join('/', path.TrimEnd('/').Split('/').Select(Uri.UnescapeDataString));

    /// <summary>A small output, which no browser takes for a page.</summary>
    private sealed class JsonAnswer(System.Text.Json.JsonElement? value) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return TypedResults.Content(value?.GetRawText() ?? "null", "application/json").ExecuteAsync(context);
        }
    }
}

/// <summary>A file that a run left.</summary>
/// <param name="Name">A relative path.</param>
/// <param name="Bytes">Its size.</param>
public sealed record RunFile(string Name, long Bytes);

/// <summary>A file or folder that a task handed over.</summary>
/// <param name="Task">The task.</param>
/// <param name="Place">Which instance: its slots, or <c>task</c> for a plain one.</param>
/// <param name="Name">What it is fetched by.</param>
/// <param name="Bytes">Its size.</param>
public sealed record RunArtifact(string Task, string Place, string Name, long Bytes)
{
    internal static RunArtifact Of(string path, long bytes)
    {
        var parts = path.TrimEnd('/').Split('/');
        return new RunArtifact(Uri.UnescapeDataString(parts[^3]), parts[^2], Uri.UnescapeDataString(parts[^1]), bytes);
    }
}
