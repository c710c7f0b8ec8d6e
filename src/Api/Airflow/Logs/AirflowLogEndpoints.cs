using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Logs of tries: as JSON a stretch at a time, each naming the next; as text or lines of JSON all that is there.</summary>
internal static class AirflowLogEndpoints
{
    private const int Stretch = 1 << 20;
    private const int MostWhole = 16 << 20;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/dags/{dagId}/dagRuns/{runId}/taskInstances/{taskId}/logs/{number:int}", ReadAsync).Needs(Role.Viewer);

    private static async Task<object> ReadAsync(string dagId, string runId, string taskId, int number, AirflowCall call)
    {
        var (index, token, whole) = (AirflowMapIndex.Of(call.Query), call.Query.Text("token"), call.Query.Flag("full_content") ?? false);
        // The state comes before the log: what was written before the end is there after it.
        var run = await AirflowRunOfTasks.OfAsync(await call.RunAsync(dagId, runId, Role.Viewer), call);
        var instance = await AirflowMapIndex.FindAsync(run, taskId, index, call);
        if (number < 1 || number > instance.Try) throw new UpdraftException(AirflowErrors.NoEntry, $"task '{taskId}' of run '{runId}' has had no try {number}: its latest is {instance.Try}");
        var over = number < instance.Try || !instance.State.IsActive();
        var log = new AirflowLog(call.Services.Ports.Blobs, AttemptPaths.Log(runId, taskId, instance.Place, number), over);
        var from = OffsetOf(token);
        switch (FormOf(call.Http.Request))
        {
            case Form.Text: return new Written("text/plain; charset=utf-8", log, from, line => line + "\n");
            case Form.Lines: return new Written("application/x-ndjson", log, from, line => JsonSerializer.Serialize(new AirflowLogLine(line), AirflowJson.Options) + "\n");
            default:
                var read = await log.ReadAsync(from, whole ? MostWhole : Stretch, call.Cancellation);
                return new AirflowLogAnswer([.. read.Lines.Select(line => new AirflowLogLine(line))], read.Ended ? null : TokenOf(read.Next));
        }
    }

    private static Form FormOf(HttpRequest request)
    {
        // The first that is known is taken, as clients write what they like best first.
        foreach (var type in request.Headers.Accept.OfType<string>().SelectMany(header => header.Split(',')).Select(each => each.Split(';')[0].Trim()))
        {
            switch (type)
            {
                case "application/json" or "*/*": return Form.Json;
                case "application/x-ndjson": return Form.Lines;
                case "text/plain": return Form.Text;
            }
        }
        return Form.Json;
    }

    private static string TokenOf(long offset) => "at-" + offset.ToString(CultureInfo.InvariantCulture);

    private static long OffsetOf(string? token) => token is null ? 0
        : token.StartsWith("at-", StringComparison.Ordinal) && long.TryParse(token.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset
        : throw new AirflowRefusal(["query", "token"], "'token' is not what an answer before gave as 'continuation_token'");

    private enum Form
    {
        Json,
        Lines,
        Text,
    }

    /// <summary>All of a log that is there, written as it is read.</summary>
    private sealed class Written(string type, AirflowLog log, long from, Func<string, string> form) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            context.Response.ContentType = type;
            for (var next = from; ;)
            {
                var read = await log.ReadAsync(next, Stretch, context.RequestAborted);
                foreach (var line in read.Lines) await context.Response.WriteAsync(form(line), context.RequestAborted);
                if (read.Next == next) return;
                next = read.Next;
            }
        }
    }
}

/// <summary>A stretch of a log.</summary>
internal sealed record AirflowLogAnswer(ImmutableArray<AirflowLogLine> Content, string? ContinuationToken);

/// <summary>A line of a log; when it was written is not kept.</summary>
internal sealed record AirflowLogLine([property: JsonPropertyName("event")] string Text);
