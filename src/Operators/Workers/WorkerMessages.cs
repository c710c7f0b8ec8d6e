using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>A function to call.</summary>
internal sealed record WorkerTask
{
    public string? File { get; init; }

    public string? Code { get; init; }

    public required string Function { get; init; }

    public JsonElement? Args { get; init; }

    /// <summary>Variables while it runs.</summary>
    public required Dictionary<string, string> Env { get; init; }

    /// <summary>Modules of files below it are loaded anew for each task.</summary>
    public required string Root { get; init; }

    /// <summary>What the worker writes to its output after all that the function has written.</summary>
    public required string Mark { get; init; }
}

/// <summary>What a worker says: that a task began, then how it ended.</summary>
internal sealed record WorkerAnswer
{
    public required WorkerAnswerKind Kind { get; init; }

    public string? Message { get; init; }

    public JsonElement? Value { get; init; }

    /// <summary>Whether the task has left something behind, so that no other may follow it.</summary>
    public bool Spent { get; init; }
}

/// <summary>Kinds of answers.</summary>
internal enum WorkerAnswerKind
{
    Began,
    Done,
    Skip,
    Fail,
    Missing,
    Raised,
    Output,
}

/// <summary>Messages as JSON behind their length in four bytes.</summary>
internal static class WorkerMessages
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static async Task WriteAsync(Stream to, WorkerTask task)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(task, Options);
        var message = new byte[content.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(message, content.Length);
        content.CopyTo(message, 4);
        await to.WriteAsync(message);
        await to.FlushAsync();
    }

    /// <summary>The next answer; null when there will be none.</summary>
    /// <exception cref="UpdraftException">It is longer than <paramref name="maxBytes"/>, or no answer.</exception>
    public static async Task<WorkerAnswer?> ReadAsync(Stream from, int maxBytes)
    {
        try
        {
            var head = new byte[4];
            await from.ReadExactlyAsync(head);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (length > maxBytes) throw new UpdraftException(OperatorErrors.Output, $"what the function returned is larger than {maxBytes >> 20} MB: write a file and hand it over as an artifact");
            var content = new byte[length];
            await from.ReadExactlyAsync(content);
            return JsonSerializer.Deserialize<WorkerAnswer>(content, Options);
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new UpdraftException(WorkerErrors.Died, $"the worker's answer cannot be read, as when a function writes to file descriptor 3: {e.Message}", e);
        }
    }
}
