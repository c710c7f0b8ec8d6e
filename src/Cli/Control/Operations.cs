using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Updraft.Api;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>All that the owner of a data folder can be asked over its socket.</summary>
internal static class Operations
{
    /// <summary>What paths begin with.</summary>
    public const string Prefix = "v1/";

    private static readonly FrozenDictionary<string, Operation> All = new[] { RunOperations.All, DagOperations.All, BackfillOperations.All, DatasetOperations.All, PoolOperations.All, MessageOperations.All, ApprovalOperations.All, VariableOperations.All, ConnectionOperations.All, HostOperations.All }
        .SelectMany(operations => operations)
        .ToFrozenDictionary(operation => operation.Name, StringComparer.Ordinal);

    /// <summary>Whether a request is for an operation.</summary>
    public static bool IsAsked(HttpContext context) => context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) && context.Features.Get<ITrustedConnection>() is not null;

    /// <summary>Answers a request.</summary>
    public static async Task AnswerAsync(HttpContext context, LocalHost host)
    {
        try
        {
            var name = context.Request.Path.Value![(Prefix.Length + 1)..];
            if (!HttpMethods.IsPost(context.Request.Method) || !All.TryGetValue(name, out var operation)) throw Operation.Unknown($"there is no {context.Request.Path}");
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.Stopping);
            await WriteAsync(context, StatusCodes.Status200OK, await operation.AnswerAsync(host, context.Request.Body, ended.Token));
        }
        catch (UpdraftException e)
        {
            await FailAsync(context, StatusCodes.Status422UnprocessableEntity, new OwnerFailure(e.Code, e.Message));
        }
        catch (OperationCanceledException) when (host.Stopping.IsCancellationRequested)
        {
            await FailAsync(context, StatusCodes.Status503ServiceUnavailable, new OwnerFailure(CliErrors.OwnerLost, $"the process that owns {host.Data.Folder} is stopping: ask again"));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked is gone.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await FailAsync(context, StatusCodes.Status500InternalServerError, new OwnerFailure(CliErrors.Files, e.Message));
        }
        catch (Exception e)
        {
            // A defect stops neither the owner nor whoever asks.
            await FailAsync(context, StatusCodes.Status500InternalServerError, new OwnerFailure(CliErrors.OwnerFailed, $"the owner of the data folder failed, which is a defect to report: {e}"));
        }
    }

    private static Task FailAsync(HttpContext context, int status, OwnerFailure failure) => WriteAsync(context, status, JsonSerializer.SerializeToUtf8Bytes(failure, OrchestrationJson.Options));

    private static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, 0, body.Length);
    }
}
