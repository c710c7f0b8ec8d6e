using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Documents as values.</summary>
public static class DocumentJson
{
    /// <summary>The value of a document; null when there is none.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="ActorErrors.NewerDocument"/>.</exception>
    public static async Task<Stored<T>?> GetAsync<T>(this IStateStore store, string path, CancellationToken cancellation = default) =>
        await store.GetAsync(path, cancellation) is { } document
            ? new(DocumentFormat.Read<T>(path, document.Content.Span), document.ETag)
            : null;

    /// <summary>Writes a value; null when the condition does not hold.</summary>
    public static Task<string?> PutAsync<T>(
        this IStateStore store, string path, T value, WriteCondition condition, string? writeId = null, string? summary = null, CancellationToken cancellation = default) =>
        store.PutAsync(path, new() { Content = JsonSerializer.SerializeToUtf8Bytes(value, OrchestrationJson.Options), If = condition, WriteId = writeId, Summary = summary }, cancellation);
}

/// <summary>A document's value.</summary>
/// <param name="Value">The value.</param>
/// <param name="ETag">The document's etag.</param>
public sealed record Stored<T>(T Value, string ETag);
