using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Makes a problem of every failure: one form, one place.</summary>
internal sealed class ProblemAnswers(RequestDelegate next, IHostApplicationLifetime lifetime, ILogger<ProblemAnswers> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked is gone.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, FailureOf(e));
        }
    }

    /// <summary>Answers with a problem.</summary>
    public static Task WriteAsync(HttpContext context, UpdraftException failure)
    {
        if (AirflowApi.IsAsked(context)) return AirflowFailures.WriteAsync(context, failure);
        var status = ProblemStatus.Of(failure.Code);
        var problem = new Problem($"https://updraft.dev/errors#{failure.Code}", ReasonPhrases.GetReasonPhrase(status), status, failure.Message, failure.Code);
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(problem, ApiJson.Options, Problem.MediaType, context.RequestAborted);
    }

    private UpdraftException FailureOf(Exception e)
    {
        switch (e)
        {
            case UpdraftException failure: return failure;
            case OperationCanceledException when lifetime.ApplicationStopping.IsCancellationRequested: return new UpdraftException(ApiErrors.Stopping, "the server is stopping: ask again", e);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }: return new UpdraftException(ApiErrors.TooLarge, "the request is larger than allowed: keep what is large elsewhere, and send where", e);
            case BadHttpRequestException { InnerException: JsonException json }: return new UpdraftException(ApiErrors.BadRequest, $"the body is not what is expected: {json.Message}", e);
            case BadHttpRequestException bad: return new UpdraftException(ApiErrors.BadRequest, bad.Message, e);
            default:
                Logs.Failed(logger, e);
                // What a defect says may be nobody's business: it is in the server's log.
                return new UpdraftException(ApiErrors.Defect, "the server failed, which is a defect to report: its log says more", e);
        }
    }
}
