using System.Collections.Immutable;

namespace Updraft.FunctionApp;

/// <summary>Names of the app settings that the function app reads; <c>docs/azure.md</c> has them with their defaults.</summary>
public static class AppSettings
{
    /// <summary>Where documents, logs and outputs are: a connection string, or the URL of a blob service, which is then reached by the app's identity. Required.</summary>
    public const string Storage = "UPDRAFT_STORAGE";

    /// <summary>The container of <see cref="Storage"/>. Default <c>updraft</c>.</summary>
    public const string Container = "UPDRAFT_CONTAINER";

    /// <summary>The lane whose work this app does: <c>default</c> or <c>fast</c>. Default <c>default</c>.</summary>
    public const string Lane = "UPDRAFT_LANE";

    /// <summary>The task hub of this app, which <c>host.json</c> names too. Required.</summary>
    public const string TaskHub = "TASKHUB_NAME";

    /// <summary>The task hub of the app for the lane <c>default</c>. Required.</summary>
    public const string DefaultTaskHub = "UPDRAFT_DEFAULT_TASKHUB";

    /// <summary>The task hub of the app for the lane <c>fast</c>; that of <see cref="DefaultTaskHub"/> where there is no such app. Required.</summary>
    public const string FastTaskHub = "UPDRAFT_FAST_TASKHUB";

    /// <summary>The connection to Service Bus: a connection string, or with <c>__fullyQualifiedNamespace</c> behind it a namespace that is reached by the app's identity. Required.</summary>
    public const string ServiceBus = "ServiceBusConnection";

    /// <summary>The namespace of Service Bus, as in <c>NAME.servicebus.windows.net</c>, where the app's identity signs in.</summary>
    public const string ServiceBusNamespace = "ServiceBusConnection__fullyQualifiedNamespace";

    /// <summary>The queue of run requests. Required.</summary>
    public const string Queue = "UPDRAFT_QUEUE";

    /// <summary>The topic of events to runs. Required.</summary>
    public const string EventsTopic = "UPDRAFT_EVENTS_TOPIC";

    /// <summary>The subscription of <see cref="EventsTopic"/>, with sessions. Required.</summary>
    public const string EventsSubscription = "UPDRAFT_EVENTS_SUBSCRIPTION";

    /// <summary>Whether the platform signs people in (App Service authentication), so that its header is trusted. Default <c>false</c>: keys alone.</summary>
    public const string PlatformSignIn = "UPDRAFT_PLATFORM_SIGN_IN";

    /// <summary>Client id of the user-assigned identity; the system-assigned one where it is absent.</summary>
    public const string Identity = "AZURE_CLIENT_ID";

    /// <summary>Application Insights; nothing is sent there where it is absent.</summary>
    public const string Monitor = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>How the app signs in to <see cref="Monitor"/>: with <c>Authorization=AAD</c> in it, by its identity; else by what the connection string says.</summary>
    public const string MonitorSignIn = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>The first key, for an admin: <c>ID:HASH</c>, its id and the SHA-256 of all of it, which are no secrets. No key is made where it is absent.</summary>
    public const string AdminKeyHash = "UPDRAFT_ADMIN_KEY_HASH";

    /// <summary>The Key Vault with connections and secrets, by its name or URL. None where it is absent.</summary>
    public const string KeyVault = "UPDRAFT_KEYVAULT";

    /// <summary>Who signs in to <see cref="KeyVault"/>: <c>default</c>, or the client id of a managed identity. Default <c>default</c>.</summary>
    public const string KeyVaultIdentity = "UPDRAFT_KEYVAULT_IDENTITY";

    /// <summary>How long what runs leave behind is kept, as JSON: <c>{"runs": "30d"}</c>. Default as <c>updraft serve</c>.</summary>
    public const string Retention = "UPDRAFT_RETENTION";

    /// <summary>Prices for the report of costs, as JSON. Default: examples.</summary>
    public const string Prices = "UPDRAFT_PRICES";

    /// <summary>How much of an instance's disk unpacked packages of DAGs may take, in MB, 0 or more; what is in use stays beyond it. Default 256.</summary>
    public const string PackageCache = "UPDRAFT_PACKAGE_CACHE_MB";

    /// <summary>With <c>refuse</c>, tasks may not call private addresses over HTTP. Default: they may.</summary>
    public const string HttpPrivate = "UPDRAFT_HTTP_PRIVATE";

    /// <summary>Set by the platform where it signs people in, to <c>True</c>; without it <see cref="PlatformSignIn"/> is refused.</summary>
    public const string PlatformSignInIsOn = "WEBSITE_AUTH_ENABLED";

    /// <summary>Those without which the app does not start.</summary>
    public static readonly ImmutableArray<string> Required = [Storage, TaskHub, DefaultTaskHub, FastTaskHub, ServiceBus, Queue, EventsTopic, EventsSubscription];
}
