using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>What the functions of this folder are made with.</summary>
public static class DurableServices
{
    /// <summary>
    /// How long an attempt may work in this app: below <c>functionTimeout</c> in <c>host.json</c>, at which the worker's process dies with all that
    /// others do in it. 28 minutes.
    /// </summary>
    public static readonly TimeSpan LongestAttempt = TimeSpan.FromMinutes(28);

    /// <summary>
    /// Adds the clients of the task hubs (<see cref="LaneClients"/>), over which a host is composed, and <see cref="ActivityRunner"/>, which
    /// runs the <see cref="ActivityRegistry"/> that the host adds: filled before the first function runs, since an orchestrator may not wait for it.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="ownLane">The lane whose work this app does.</param>
    public static IServiceCollection AddDurableFunctions(this IServiceCollection services, string ownLane)
    {
        // The worker would else write each character beyond ASCII in six bytes, and so put what is within our limits beyond the backend's.
        services.Configure<JsonSerializerOptions>(options => options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return services.AddSingleton(new LaneClients(ownLane)).AddSingleton(provider => new ActivityRunner(
            provider.GetRequiredService<ActivityRegistry>(), provider.GetRequiredService<LaneClients>(), provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
    }
}
