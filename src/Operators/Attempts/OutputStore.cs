using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Keeps what tasks hand over: inline while it is small, else in a blob that is read back by its checksum.</summary>
internal sealed class OutputStore(IBlobStore blobs, long maxBytes)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Stores an output of an attempt.</summary>
    public Task<OutputRef> WriteAsync(AttemptRequest request, JsonElement value, CancellationToken cancellation) =>
        WriteAsync($"the output of '{request.TaskId}'", sha256 => AttemptPaths.Output(request, sha256), value, cancellation);

    /// <summary>Stores a value; where, its checksum says.</summary>
    public async Task<OutputRef> WriteAsync(string what, Func<string, string> pathOf, JsonElement value, CancellationToken cancellation)
    {
        using var json = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(json, Compact)) value.WriteTo(writer);
        if (json.Length > maxBytes) throw TooLarge(what, json.Length);
        if (json.Length <= OutputRef.InlineLimit) return new OutputRef(value, null, json.Length);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(json.GetBuffer().AsSpan(0, (int)json.Length)));
        var path = pathOf(sha256);
        json.Position = 0;
        await blobs.WriteAsync(path, json, cancellation);
        return new OutputRef(null, path, json.Length, sha256);
    }

    /// <summary>The value of an output.</summary>
    public async Task<JsonElement> ReadAsync(OutputRef output, CancellationToken cancellation)
    {
        if (output.Blob is not { } path) return output.Value ?? JsonSerializer.SerializeToElement<object?>(null);
        if (output.Bytes > maxBytes) throw TooLarge($"output {path}", output.Bytes);
        await using var content = await blobs.OpenReadAsync(path, 0, cancellation)
            ?? throw new UpdraftException(OperatorErrors.Input, $"output {path} is gone: clear the task that made it");
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellation);
        var json = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        if (Convert.ToHexStringLower(SHA256.HashData(json.Span)) is var found && found != output.Sha256)
        {
            throw new UpdraftException(OperatorErrors.Input, $"output {path} is not the one that was committed: its checksum should begin with {output.Sha256?[..16]}, and begins with {found[..16]}; clear the task that made it");
        }
        return JsonSerializer.Deserialize<JsonElement>(json.Span);
    }

    /// <summary>Reads many outputs as one list.</summary>
    public async Task<JsonElement> ReadAllAsync(string taskId, IAsyncEnumerable<OutputRef> outputs, CancellationToken cancellation)
    {
        var values = new List<JsonElement>();
        long bytes = 0;
        await foreach (var output in outputs.WithCancellation(cancellation))
        {
            bytes += output.Bytes;
            if (bytes > maxBytes) throw TooLarge($"the list of the outputs of '{taskId}'", bytes);
            values.Add(await ReadAsync(output, cancellation));
        }
        return JsonSerializer.SerializeToElement(values);
    }

    private UpdraftException TooLarge(string what, long bytes) => new(
        OperatorErrors.Output,
        string.Create(CultureInfo.InvariantCulture, $"{what} is larger than {maxBytes >> 20} MB ({bytes} bytes): write a file and hand over its place"));
}
