using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;

namespace Updraft.FunctionApp;

/// <summary>When an invocation must stop: the host says so, as at a function's longest time, or this process is told to end.</summary>
public sealed class Stopping(IHostApplicationLifetime lifetime)
{
    /// <summary>What says so, to be disposed after the invocation.</summary>
    public CancellationTokenSource Of(FunctionContext context) => CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
}
