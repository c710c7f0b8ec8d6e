using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Updraft.Azure;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>What is done before the first function runs: the activities are registered, for which an orchestrator may not wait; the API begins to measure; and the container is made when absent.</summary>
internal sealed class Start(IServiceProvider services, ILogger<Start> log) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<ActivityRegistry>();
        services.GetRequiredService<ApiPipeline>();
        try
        {
            await services.GetRequiredService<AzureStorage>().CheckAsync(cancellationToken);
        }
        catch (UpdraftException failure)
        {
            // An account that is away for a minute is no reason for the host to give the app up.
            Logs.StorageNotReady(log, failure);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
