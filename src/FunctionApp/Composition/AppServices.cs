using Azure.Core;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Updraft.Api;
using Updraft.Azure;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>Puts the app together over what its settings name.</summary>
internal static class AppServices
{
    /// <summary>Azure cuts an answer after 230 s; what would take longer ends before, and whoever asked asks again.</summary>
    public static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(200);

    /// <summary>Adds all that the functions are made with.</summary>
    public static IServiceCollection AddUpdraft(this IServiceCollection services, AppOptions options)
    {
        services.AddDurableFunctions(options.Lane);
        services.AddSingleton(options).AddSingleton(TimeProvider.System);
        services.AddSingleton<TokenCredential>(_ => AzureIdentity.CredentialOf(options.Identity));
        services.AddSingleton(_ => AzureStorage.Of(new() { Storage = options.Storage, Container = options.Container, Identity = options.Identity }));
        services.AddSingleton(provider => PortsOf(provider, provider.GetRequiredService<AzureStorage>()));
        services.AddSingleton(provider => new Lazy<ServiceBusClient>(() => ClientOf(options, provider.GetRequiredService<TokenCredential>())));
        services.AddHostedService<Start>();
        return services.AddUpdraftParts(options, provider => provider.GetRequiredService<AzureStorage>().Name);
    }

    /// <summary>Adds what stands on the ports.</summary>
    public static IServiceCollection AddUpdraftParts(this IServiceCollection services, AppOptions options, Func<IServiceProvider, string> nameOf)
    {
        services.AddSingleton(provider => new ServiceBusQueue(provider.GetRequiredService<Lazy<ServiceBusClient>>(), options.Queue, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(RunsOf);
        services.AddSingleton(RegistryOf);
        services.AddSingleton(provider => new Settlement(provider.GetRequiredService<RunServices>(), provider.GetRequiredService<ILogger<Settlement>>()));
        services.AddSingleton(provider => new QueueMessages(provider.GetRequiredService<Settlement>(), provider.GetRequiredService<ServiceBusQueue>(), provider.GetRequiredService<ILogger<QueueMessages>>()));
        services.AddSingleton(provider => new SessionMessages(provider.GetRequiredService<Settlement>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SessionMessages>>()));
        services.AddSingleton<Stopping>().AddSingleton<RetentionPass>().AddSingleton<WatchdogPass>();
        services.AddSingleton(provider => new Upkeep(options, provider.GetRequiredService<WatchdogPass>(), provider.GetRequiredService<RetentionPass>()));
        services.AddSingleton<IApiHost>(provider => new AzureHost(nameOf(provider), provider.GetRequiredService<RetentionPass>(), options.Retention));
        return services.AddSingleton(PipelineOf);
    }

    private static RunPorts PortsOf(IServiceProvider provider, AzureStorage storage)
    {
        var (clock, stopping) = (provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var attempts = new ClaimAttemptHost(storage.State, clock, provider.GetRequiredService<ILogger<ClaimAttemptHost>>(), stopping);
        return new(storage.State, storage.Blobs, attempts, provider.GetRequiredService<LaneClients>(), clock) { LongestAttempt = DurableServices.LongestAttempt };
    }

    private static RunServices RunsOf(IServiceProvider provider)
    {
        var (ports, options) = (provider.GetRequiredService<RunPorts>(), provider.GetRequiredService<AppOptions>());
        var folder = AppFolder.Path(options);
        // Beside the attempt itself, a worker of it waits a while for its next task.
        var unpacked = new UnpackedPackages(Path.Combine(folder, "packages"), (long)options.PackageCache << 20, 2 * DurableServices.LongestAttempt, ports.Time);
        return new(ports, BuiltInOperators.Catalog, new BlobPackages(ports.Blobs, new PackageNotes(ports.State, ports.Time), unpacked, ports.Time), Path.Combine(folder, "scratch"), provider.GetRequiredService<ILoggerFactory>(),
            connections: Connections.OfCloudHost(ports.Time), variables: [new EnvironmentVariables()], queue: provider.GetRequiredService<ServiceBusQueue>());
    }

    private static ActivityRegistry RegistryOf(IServiceProvider provider)
    {
        var registry = new ActivityRegistry();
        provider.GetRequiredService<RunServices>().Register(registry);
        return registry;
    }

    private static ApiPipeline PipelineOf(IServiceProvider provider)
    {
        var (options, runs) = (provider.GetRequiredService<AppOptions>(), provider.GetRequiredService<RunServices>());
        var api = new ApiOptions
        {
            Clock = runs.Ports.Time,
            PlatformSignIn = options.PlatformSignIn,
            HearsNotices = false,
            LongestAnswer = LongestAnswer,
            Exporter = options.Monitor is { } connection ? new ApplicationInsights(connection, options.MonitorByIdentity ? provider.GetRequiredService<TokenCredential>() : null) : null,
            ReadFiguresEvery = null,
            Prices = options.Prices,
            Otlp = options.Otlp,
        };
        var key = new FirstKey(options.AdminKey, new ApiKeys(runs.Ports.State, runs.Ports.Time), provider.GetRequiredService<ILogger<FirstKey>>());
        return new(runs, provider.GetRequiredService<IApiHost>(), api, key, provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetRequiredService<IHostEnvironment>(), provider.GetRequiredService<ILoggerFactory>());
    }

    private static ServiceBusClient ClientOf(AppOptions options, TokenCredential credential) =>
        options.ServiceBusConnection is { } connection ? new(connection) : new(options.ServiceBusNamespace!, credential);
}
