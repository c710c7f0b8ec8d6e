using System.Globalization;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>A message of the queue over documents, as it is stored: waiting, locked or put aside.</summary>
internal sealed record StoredMessage
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    public required QueueMessage Message { get; init; }

    public required DateTimeOffset EnqueuedAt { get; init; }

    public int Deliveries { get; init; }

    /// <summary>Until when nobody receives it: it is locked, or put off. Null when it is free.</summary>
    public DateTimeOffset? HiddenUntil { get; init; }

    /// <summary>Why it was put off the last time; null for never.</summary>
    public string? Postponed { get; init; }

    /// <summary>Why it was put aside; null while it was not.</summary>
    public string? Dead { get; init; }

    /// <summary>When it was put aside.</summary>
    public DateTimeOffset? DeadAt { get; init; }

    /// <summary>What a listing shows, so that what is hidden need not be read.</summary>
    public string Summary => JsonSerializer.Serialize(new MessageSummary(HiddenUntil), OrchestrationJson.Options);
}

/// <inheritdoc cref="StoredMessage.Summary"/>
internal sealed record MessageSummary(DateTimeOffset? HiddenUntil)
{
    public static MessageSummary Read(string summary) => JsonSerializer.Deserialize<MessageSummary>(summary, OrchestrationJson.Options)!;
}

/// <summary>Where messages lie.</summary>
internal static class QueuePaths
{
    /// <summary>Under it, those to be received, oldest first.</summary>
    public const string Messages = "queue/messages/";

    /// <summary>Under it, those put aside, newest first.</summary>
    public const string Dead = "queue/dead/";

    public static string Message(DateTimeOffset enqueuedAt, string id) =>
        Messages + DocumentPath.Of(string.Create(CultureInfo.InvariantCulture, $"{enqueuedAt.UtcTicks:D19}-{EventPaths.HashOf(id)}"));

    /// <summary>Where a message goes that is put aside: one place, however often that is begun.</summary>
    public static string DeadOf(string path, DateTimeOffset deadAt) => DeadOf($"{DocumentPath.NewestFirst(deadAt)}-{EventPaths.HashOf(path)}");

    public static string DeadOf(string name) => Dead + DocumentPath.Of(name);
}
