using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Updraft.Operators;

/// <summary>What an ended run hands over: logs and traces to the task's log, results to the output, the first error to the reason.</summary>
internal sealed class DatabricksOutput(DatabricksJobs jobs, ITaskLog log)
{
    private const int MaxTasks = 50;

    public async Task<TaskOutcome> ReadAsync(DatabricksRun run, CancellationToken cancellation)
    {
        var results = new JsonObject();
        string? error = null;
        var tasks = run.Tasks.IsEmpty ? [run] : run.Tasks;
        // Those that failed first: theirs is what somebody looks for.
        foreach (var task in tasks.OrderBy(task => task.End is SparkEnd.Succeeded).Take(MaxTasks))
        {
            if (await jobs.OutputAsync(task.Id, cancellation) is not { } output) continue;
            await LogAsync(tasks.Length > 1 ? $"task '{task.Key}'" : "the run", output, cancellation);
            error ??= DatabricksRun.Text(output, "error");
            if (ResultOf(output) is { } result) results[task.Key] = result;
        }
        return run.End switch
        {
            SparkEnd.Succeeded => TaskOutcome.Success(new
            {
                RunId = run.Id,
                RunPageUrl = run.PageUrl,
                Result = tasks.Length > 1 ? results : results.FirstOrDefault().Value?.DeepClone(),
                tasks[0].ClusterId,
                tasks[0].ClusterLogs,
            }),
            SparkEnd.Killed => TaskOutcome.Failed($"run {run.Id} was cancelled, and not by this run{Reason(run.Message)}", OperatorErrors.RemoteCancelled),
            _ => TaskOutcome.Failed($"run {run.Id} ended as {run.Result ?? run.LifeCycle}{Reason(error ?? run.Message)}", OperatorErrors.RemoteFailed),
        };
    }

    private async Task LogAsync(string whose, JsonElement output, CancellationToken cancellation)
    {
        if (DatabricksRun.Text(output, "logs") is { Length: > 0 } logs)
        {
            log.WriteLine($"[log of {whose}{(DatabricksRun.Member(output, "logs_truncated") is { ValueKind: JsonValueKind.True } ? ", its last 5 MB" : "")}]");
            await log.WriteAsync(Encoding.UTF8.GetBytes(logs), cancellation);
            if (!logs.EndsWith('\n')) log.WriteLine("");
        }
        if (DatabricksRun.Text(output, "error") is { Length: > 0 } error) log.WriteLine($"[error of {whose}] {error}");
        if (DatabricksRun.Text(output, "error_trace") is { Length: > 0 } trace) log.WriteLine(trace);
    }

    /// <summary>What a notebook ended with, as JSON where it is JSON; else what SQL left.</summary>
    private static JsonNode? ResultOf(JsonElement output)
    {
        if (DatabricksRun.Text(DatabricksRun.Member(output, "notebook_output"), "result") is { } text)
        {
            try
            {
                return JsonNode.Parse(text);
            }
            catch (JsonException)
            {
                return JsonValue.Create(text);
            }
        }
        return DatabricksRun.Member(output, "sql_output") is { } sql ? JsonSerializer.SerializeToNode(sql) : null;
    }

    private static string Reason(string message) => message.Length == 0 ? "" : ": " + message;
}
