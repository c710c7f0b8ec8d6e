namespace Updraft.Azure;

/// <summary>Which container documents and blobs are kept in, and how it is reached.</summary>
public sealed record AzureStorageOptions
{
    /// <summary>The container where no other is named.</summary>
    public const string DefaultContainer = "updraft";

    /// <summary>A connection string, or the URL of a blob service: with a signature in its query it is used as it stands, else signed in to with an identity.</summary>
    public required string Storage { get; init; }

    /// <summary>The container; made when absent. Default <c>updraft</c>.</summary>
    public string Container { get; init; } = DefaultContainer;

    /// <summary>Client id of the user-assigned identity to sign in with. Default null: the environment's (<c>DefaultAzureCredential</c>).</summary>
    public string? Identity { get; init; }

    /// <summary>How often a request is repeated that failed in a way that passes. Default 4, which is some 3 s where the account answers at once that it is busy.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>The first wait before such a repetition; doubled each time, up to 3 s. Default 200 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an answer is waited for. Default 10 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
