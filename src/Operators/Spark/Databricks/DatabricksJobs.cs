using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>The Jobs API of a workspace.</summary>
internal sealed class DatabricksJobs(ServiceClient service, string version)
{
    private const int PageSize = 25;
    private const int MaxPages = 40;

    private readonly string _root = $"api/{Uri.EscapeDataString(version)}/jobs/";

    public Task<string> SubmitAsync(JsonObject body, CancellationToken cancellation) => StartAsync("runs/submit", body, cancellation);

    public Task<string> RunNowAsync(JsonObject body, CancellationToken cancellation) => StartAsync("run-now", body, cancellation);

    /// <summary>A run; null when the workspace does not know it.</summary>
    public async Task<DatabricksRun?> GetAsync(string id, CancellationToken cancellation)
    {
        try
        {
            return await service.CallAsync(HttpMethod.Get, $"{_root}runs/get?run_id={id}", mayMiss: true, cancellation: cancellation) is { } answer ? DatabricksRun.Read(answer.Json()) : null;
        }
        catch (UpdraftException e) when (e.Message.Contains("does not exist", StringComparison.Ordinal))
        {
            return null; // It says 400 for a run that is gone.
        }
    }

    /// <summary>An active run that was submitted under a name; null when there is none.</summary>
    public async Task<DatabricksRun?> FindAsync(string runName, CancellationToken cancellation)
    {
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var place = next is null ? "" : "&page_token=" + Uri.EscapeDataString(next);
            var json = (await service.CallAsync(HttpMethod.Get, $"{_root}runs/list?active_only=true&run_type=SUBMIT_RUN&limit={PageSize}{place}", cancellation: cancellation))!.Json();
            if (DatabricksRun.Member(json, "runs") is { ValueKind: JsonValueKind.Array } runs && runs.EnumerateArray().Select(DatabricksRun.Read).FirstOrDefault(run => run.Name == runName) is { } found) return found;
            next = DatabricksRun.Text(json, "next_page_token");
            if (string.IsNullOrEmpty(next)) return null;
        }
        return null;
    }

    /// <summary>What a task of a run left: its result, its log, its error. Null when the service does not hand it out.</summary>
    public async Task<JsonElement?> OutputAsync(string taskRunId, CancellationToken cancellation)
    {
        try
        {
            return (await service.CallAsync(HttpMethod.Get, $"{_root}runs/get-output?run_id={taskRunId}", mayMiss: true, cancellation: cancellation))?.Json();
        }
        catch (UpdraftException e) when (e.Code == OperatorErrors.Refused)
        {
            return null; // Kinds of tasks that have no output are refused.
        }
    }

    /// <summary>Asks for the end of a run, if it is there.</summary>
    public Task CancelAsync(string id, CancellationToken cancellation) =>
        service.CallAsync(HttpMethod.Post, $"{_root}runs/cancel", new JsonObject { ["run_id"] = long.Parse(id, CultureInfo.InvariantCulture) }, mayMiss: true, cancellation: cancellation);

    private async Task<string> StartAsync(string call, JsonObject body, CancellationToken cancellation)
    {
        var answer = (await service.CallAsync(HttpMethod.Post, _root + call, body, cancellation: cancellation))!.Json();
        return DatabricksRun.Member(answer, "run_id")?.ToString() ?? throw new UpdraftException(OperatorErrors.RemoteUnclear, $"{call} answered without a run_id");
    }
}
