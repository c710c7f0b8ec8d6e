using System.Text;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// Files of a run: what its tasks leave for each other and for people, as a report. They are kept as long as the run's outputs. A name is a
/// relative path such as <c>models/SEA.json</c>; a write replaces the whole file or does nothing, so that a repeated attempt does no harm.
/// </summary>
public sealed class RunFiles(IBlobStore blobs, string runId)
{
    private const int LongestName = 200;

    /// <summary>Where the blobs of a run's files lie.</summary>
    public static string Prefix(string runId) => AttemptPaths.Files(runId);

    /// <summary>The blob of a file.</summary>
    /// <exception cref="UpdraftException">The name is no relative path.</exception>
    public static string PathOf(string runId, string name)
    {
        var parts = name.Split('/');
        if (name.Length is 0 or > LongestName || parts.Any(part => part is "" or "." or ".." || part.Any(c => char.IsControl(c) || c == '\\')))
        {
            throw new UpdraftException(OperatorErrors.File, $"'{name}' cannot name a file of a run: give a relative path such as models/SEA.json, of {LongestName} characters at most");
        }
        return Prefix(runId) + DocumentPath.Of(parts);
    }

    /// <summary>Writes a file, in place of what may be there.</summary>
    public Task WriteAsync(string name, Stream content, CancellationToken cancellation = default) => blobs.WriteAsync(PathOf(runId, name), content, cancellation);

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="UpdraftException">There is no such file.</exception>
    public async Task<Stream> OpenReadAsync(string name, CancellationToken cancellation = default) =>
        await blobs.OpenReadAsync(PathOf(runId, name), 0, cancellation)
        ?? throw new UpdraftException(OperatorErrors.File, $"the run has no file '{name}': clear the task that writes it");

    /// <summary>Writes a file of UTF-8.</summary>
    public async Task WriteTextAsync(string name, string text, CancellationToken cancellation = default)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await WriteAsync(name, content, cancellation);
    }

    /// <summary>Writes a value as JSON in camel case.</summary>
    public async Task WriteJsonAsync<T>(string name, T value, CancellationToken cancellation = default)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(value, CodeJson.Options));
        await WriteAsync(name, content, cancellation);
    }

    /// <summary>Reads a file that <see cref="WriteJsonAsync"/> wrote.</summary>
    /// <exception cref="UpdraftException">There is no such file, or it holds something else.</exception>
    public async Task<T> ReadJsonAsync<T>(string name, CancellationToken cancellation = default)
    {
        await using var content = await OpenReadAsync(name, cancellation);
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(content, CodeJson.Options, cancellation) ?? throw new JsonException("the file holds null");
        }
        catch (JsonException e)
        {
            throw new UpdraftException(OperatorErrors.File, $"file '{name}' of the run does not fit {typeof(T).Name}: {e.Message}", e);
        }
    }
}
