using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>What is kept of a container between two looks, within 2 KB.</summary>
internal sealed record ContainerProgress
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>How far its log was copied.</summary>
    public LogCursor Log { get; init; } = LogCursor.Start;

    /// <summary>Since when it waits to start; null once it has.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>Why it waits, as it was said in the log last; null for nothing said.</summary>
    public string? Said { get; init; }

    /// <summary>Its last line; null for none.</summary>
    public string? LastLine { get; init; }

    /// <summary>Failures in a row of what is not worth failing the task for: the end of a log, the removal.</summary>
    public int Misses { get; init; }

    /// <summary>How it ended, noted before it is removed: a crash in between must not run it again. Null while it is at work.</summary>
    public ContainerEnd? End { get; init; }

    public static ContainerProgress Of(JsonElement? state) => state is { } kept ? kept.Deserialize<ContainerProgress>(Options)! : new();

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Options);
}

/// <summary>How a container ended.</summary>
internal sealed record ContainerEnd
{
    /// <summary>The outcome.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>Why it did not succeed.</summary>
    public string? Reason { get; init; }

    /// <summary>What failed.</summary>
    public string? Code { get; init; }

    /// <summary>Its output, stored; null for none.</summary>
    public OutputRef? Output { get; init; }

    /// <summary>Whether it never ended by itself, so that it must be seen to be dead.</summary>
    public bool Kill { get; init; }
}
