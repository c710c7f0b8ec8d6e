using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Updraft.Api;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>What the settings say, read and checked once, as the app starts.</summary>
internal sealed record AppOptions
{
    public const string DefaultContainer = "updraft";
    public const int DefaultPackageCache = 256;

    /// <inheritdoc cref="AppSettings.Storage"/>
    public required string Storage { get; init; }

    /// <inheritdoc cref="AppSettings.Container"/>
    public string Container { get; init; } = DefaultContainer;

    /// <inheritdoc cref="AppSettings.Lane"/>
    public string Lane { get; init; } = DagSpec.DefaultLane;

    /// <inheritdoc cref="AppSettings.DefaultTaskHub"/>
    public required string DefaultTaskHub { get; init; }

    /// <inheritdoc cref="AppSettings.FastTaskHub"/>
    public required string FastTaskHub { get; init; }

    /// <summary>The connection string of Service Bus; null where it is reached by the app's identity.</summary>
    public string? ServiceBusConnection { get; init; }

    /// <summary>The namespace of Service Bus, as in <c>NAME.servicebus.windows.net</c>; null where there is a connection string.</summary>
    public string? ServiceBusNamespace { get; init; }

    /// <inheritdoc cref="AppSettings.Queue"/>
    public required string Queue { get; init; }

    /// <inheritdoc cref="AppSettings.EventsTopic"/>
    public required string EventsTopic { get; init; }

    /// <inheritdoc cref="AppSettings.PlatformSignIn"/>
    public bool PlatformSignIn { get; init; }

    /// <summary>Client id of the user-assigned identity; null for what the machine offers.</summary>
    public string? Identity { get; init; }

    /// <summary>The first key; null for none.</summary>
    public KeyHash? AdminKey { get; init; }

    /// <summary>The connection string of Application Insights; null for none.</summary>
    public string? Monitor { get; init; }

    /// <summary>Whether the app's identity signs in there.</summary>
    public bool MonitorByIdentity { get; init; }

    /// <inheritdoc cref="AppSettings.Retention"/>
    public RetentionPolicy Retention { get; init; } = new();

    /// <inheritdoc cref="AppSettings.Prices"/>
    public CostPrices Prices { get; init; } = new();

    /// <inheritdoc cref="AppSettings.PackageCache"/>
    public int PackageCache { get; init; } = DefaultPackageCache;

    /// <summary>Variables of OpenTelemetry by their names, by which telemetry is sent elsewhere too.</summary>
    public ImmutableSortedDictionary<string, string> Otlp { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The task hub of this app's lane.</summary>
    public string TaskHub => Lane == LaneClients.Fast ? FastTaskHub : DefaultTaskHub;

    /// <summary>Whether this app looks after all: the watchdog, retention and heartbeats. That of the lane <c>default</c> does.</summary>
    public bool LooksAfterAll => Lane == DagSpec.DefaultLane;

    /// <summary>The lanes that have workers of their own.</summary>
    public IReadOnlyList<string> Lanes => FastTaskHub == DefaultTaskHub ? [DagSpec.DefaultLane] : [DagSpec.DefaultLane, LaneClients.Fast];

    /// <summary>Reads the settings.</summary>
    /// <exception cref="UpdraftException"><see cref="FunctionAppErrors.Setting"/>, with all that is wrong.</exception>
    public static AppOptions Read(IConfiguration settings)
    {
        var reader = new SettingReader(settings);
        var options = new AppOptions
        {
            Storage = reader.Required(AppSettings.Storage, "a connection string, or the URL of a blob service as in https://NAME.blob.core.windows.net"),
            Container = reader.Optional(AppSettings.Container) ?? DefaultContainer,
            Lane = reader.OneOf(AppSettings.Lane, DagSpec.DefaultLane, LaneClients.Fast),
            DefaultTaskHub = reader.TaskHub(AppSettings.DefaultTaskHub),
            FastTaskHub = reader.TaskHub(AppSettings.FastTaskHub),
            ServiceBusConnection = reader.Optional(AppSettings.ServiceBus),
            ServiceBusNamespace = reader.Optional(AppSettings.ServiceBusNamespace),
            Queue = reader.Required(AppSettings.Queue, "the queue of run requests"),
            EventsTopic = reader.Required(AppSettings.EventsTopic, "the topic of events to runs"),
            PlatformSignIn = reader.Flag(AppSettings.PlatformSignIn),
            Identity = reader.Optional(AppSettings.Identity),
            AdminKey = reader.Read(AppSettings.AdminKeyHash, KeyHash.Parse, "the key's id and the SHA-256 of all of it, as ID:HASH in lower-case hexadecimal digits (docs/security.md)"),
            Monitor = reader.Optional(AppSettings.Monitor),
            MonitorByIdentity = reader.Optional(AppSettings.MonitorSignIn)?.Contains("Authorization=AAD", StringComparison.OrdinalIgnoreCase) ?? false,
            Retention = reader.Read(AppSettings.Retention, RetentionPolicy.Parse, "a policy of retention as JSON") ?? new(),
            Prices = reader.Read(AppSettings.Prices, text => JsonSerializer.Deserialize<CostPrices>(text, ApiJson.Options), "prices as JSON") ?? new(),
            PackageCache = reader.Number(AppSettings.PackageCache, DefaultPackageCache),
            Otlp = reader.Named("OTEL_"),
        };
        reader.Required(AppSettings.EventsSubscription, "the subscription of the topic, with sessions");
        var hub = reader.TaskHub(AppSettings.TaskHub);
        if (options.ServiceBusConnection is null && options.ServiceBusNamespace is null)
            reader.Refuse(AppSettings.ServiceBus, $"is missing: give a connection string, or in {AppSettings.ServiceBusNamespace} a namespace as in NAME.servicebus.windows.net");
        if (hub != options.TaskHub)
            reader.Refuse(AppSettings.TaskHub, $"is '{hub}', and the lane '{options.Lane}' of this app has the task hub '{options.TaskHub}': its work would go where nobody does it");
        if (options.PlatformSignIn && !string.Equals(reader.Optional(AppSettings.PlatformSignInIsOn), "true", StringComparison.OrdinalIgnoreCase))
            reader.Refuse(AppSettings.PlatformSignIn, $"is true, and the platform does not sign anybody in ({AppSettings.PlatformSignInIsOn} is not True), so that anybody could say who they are: turn App Service authentication on, or leave the setting out");
        reader.ThrowIfRefused();
        return options;
    }
}
