using Microsoft.AspNetCore.Http;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Links the runs that a request triggers to the trace of whoever asks.</summary>
internal sealed class TriggeringRequest(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        using var trace = TriggerTrace.Begin(context.Request.Headers.TraceParent);
        await next(context);
    }
}
