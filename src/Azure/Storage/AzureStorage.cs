using Azure.Core;
using Azure.Storage.Blobs;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Azure;

/// <summary>A container of a storage account, with the documents and the blobs that it holds. Safe for use by many threads.</summary>
public sealed class AzureStorage
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(3);

    private readonly BlobContainerClient _container;
    private readonly StorageFailures _failures;

    private AzureStorage(BlobContainerClient container)
    {
        _container = container;
        Name = container.Uri.GetLeftPart(UriPartial.Path);
        _failures = new StorageFailures(Name);
        State = new BlobStateStore(new BlobNames(container, "state/"), _failures);
        Blobs = new BlobBlobStore(new BlobNames(container, "blobs/"), _failures);
    }

    /// <summary>The container's address, without what gives access to it.</summary>
    public string Name { get; }

    /// <summary>The container's name.</summary>
    public string Container => _container.Name;

    /// <summary>Why the last request failed, where the reason was storage; null when all is well.</summary>
    public UpdraftException? Failure => _failures.Last;

    /// <summary>Documents.</summary>
    public IStateStore State { get; }

    /// <summary>Blobs.</summary>
    public IBlobStore Blobs { get; }

    /// <summary>A container, which is not asked anything yet.</summary>
    /// <exception cref="UpdraftException"><see cref="AzureErrors.BadSetting"/>.</exception>
    public static AzureStorage Of(AzureStorageOptions options)
    {
        try
        {
            return new AzureStorage(ServiceOf(options).GetBlobContainerClient(Checked(options.Container)));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            // What it says may quote the setting, and with it a key.
            throw new UpdraftException(AzureErrors.BadSetting, "the storage setting is no connection string of a storage account (as the portal shows it, or UseDevelopmentStorage=true for Azurite) and no https URL of a blob service");
        }
    }

    /// <summary>Opens a container, and makes it when absent.</summary>
    /// <exception cref="UpdraftException">The setting is wrong, or the account cannot be reached or refuses.</exception>
    public static async Task<AzureStorage> OpenAsync(AzureStorageOptions options, CancellationToken cancellation = default)
    {
        var storage = Of(options);
        await storage.CheckAsync(cancellation);
        return storage;
    }

    /// <summary>Asks for the container, and makes it when absent.</summary>
    /// <exception cref="UpdraftException">The account cannot be reached or refuses.</exception>
    public Task CheckAsync(CancellationToken cancellation = default) => _failures.GuardAsync(async () =>
    {
        // Asked first: who may not make containers can work in one that is there.
        if (!await _container.ExistsAsync(cancellation)) await _container.CreateIfNotExistsAsync(cancellationToken: cancellation);
        return true;
    }, cancellation);

    private static BlobServiceClient ServiceOf(AzureStorageOptions options)
    {
        // The version is fixed, so that a new package does not ask for more than Azurite knows.
        var client = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2021_12_02)
        {
            Retry = { MaxRetries = options.Retries, Delay = options.RetryDelay, MaxDelay = LongestDelay, NetworkTimeout = options.AnswerTimeout },
            Diagnostics = { IsLoggingContentEnabled = false },
        };
        client.AddPolicy(new DoubtPolicy(), HttpPipelinePosition.PerRetry);
        var setting = options.Storage.Trim();
        if (!setting.Contains("://", StringComparison.Ordinal) || setting.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase)) return new BlobServiceClient(setting, client);
        var url = new Uri(setting, UriKind.Absolute);
        if (url.Scheme is not ("https" or "http")) throw new FormatException();
        if (url.Query.Contains("sig=", StringComparison.Ordinal)) return new BlobServiceClient(url, client);
        return new BlobServiceClient(url, AzureIdentity.CredentialOf(options.Identity), client);
    }

    private static string Checked(string container) =>
        container.Length is >= 3 and <= 63 && container.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-') && !container.StartsWith('-') && !container.EndsWith('-') && !container.Contains("--", StringComparison.Ordinal)
            ? container
            : throw new UpdraftException(AzureErrors.BadSetting, $"'{container}' cannot be the name of a container: 3 to 63 lower-case letters, digits and single hyphens");
}
