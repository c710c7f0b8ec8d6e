using Microsoft.Extensions.DependencyInjection;

namespace Updraft.Api;

/// <summary>What a host does about metrics where many processes are one installation.</summary>
public static class UpdraftTelemetry
{
    /// <summary>Reads the figures that stand in documents, which are then shown and sent by this process. What cannot be read is not shown.</summary>
    /// <param name="services">Those of the API (<see cref="UpdraftApi.AddUpdraftApi"/>).</param>
    /// <param name="cancellation">Gives up.</param>
    public static Task RefreshAsync(IServiceProvider services, CancellationToken cancellation) => services.GetRequiredService<StoredGauges>().RefreshAsync(cancellation);
}
