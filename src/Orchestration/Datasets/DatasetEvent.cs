using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>That a dataset has landed.</summary>
public sealed record DatasetEvent
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Made from the cause, so that one cause counts once.</summary>
    public required string Id { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>Which part of it; null for the whole.</summary>
    public string? Partition { get; init; }

    /// <summary>The run whose task made it; null when it was reported from outside.</summary>
    public string? RunId { get; init; }

    /// <summary>The task; null when it was reported from outside.</summary>
    public string? TaskId { get; init; }

    /// <summary>Who reported it; null for a task.</summary>
    public string? By { get; init; }

    /// <summary>When it landed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether every DAG that listens was told.</summary>
    public bool Told { get; init; }

    /// <summary>The id of a cause, in 24 characters.</summary>
    public static string IdOf(params string?[] cause) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(cause))).AsSpan(0, 12));
}

/// <summary>Some events of a dataset.</summary>
/// <param name="Events">Newest first.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
public sealed record DatasetListing(IReadOnlyList<DatasetEvent> Events, string? Next);
