using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Something that a person should look at.</summary>
public sealed record Alert
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Made from the cause, so that one cause raises one alert, however often it is found.</summary>
    public required string Id { get; init; }

    /// <summary>What it is: one of <see cref="AlertKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The DAG that it is about; null for none.</summary>
    public string? Dag { get; init; }

    /// <summary>The run that it is about; null for none.</summary>
    public string? RunId { get; init; }

    /// <summary>The task instance that it is about, as in <c>fit[SEA]</c>; null for none.</summary>
    public string? Task { get; init; }

    /// <summary>What happened and what to do, in one line.</summary>
    public required string Message { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What else there is to know, for programs; null for nothing.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>When its cause went away by itself; null while it has not, and for what cannot go away.</summary>
    public DateTimeOffset? ClearedAt { get; init; }

    /// <summary>The id of a cause: the kind, and whatever tells this cause from others of the kind, as run, task and try.</summary>
    public static string IdOf(string kind, params IEnumerable<string> cause)
    {
        var text = string.Join('\n', cause.Prepend(kind).Select(Uri.EscapeDataString));
        return $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16))}";
    }
}

/// <summary>Kinds of alerts. They stand in documents, so they never change.</summary>
public static class AlertKinds
{
    /// <summary>A task is later than its <c>due</c>.</summary>
    public const string LateTask = "late-task";

    /// <summary>A run is later than its <c>due</c>.</summary>
    public const string LateRun = "late-run";

    /// <summary>A DAG has paused itself after failed runs in a row.</summary>
    public const string AutoPaused = "auto-paused";

    /// <summary>A callback was refused, as for its conf.</summary>
    public const string CallbackNotStarted = "callback-not-started";

    /// <summary>A kill was not confirmed in time.</summary>
    public const string KillUnconfirmed = "kill-unconfirmed";

    /// <summary>An actor's orchestration failed, and was set aside after it had been started again in vain.</summary>
    public const string SetAside = "set-aside";

    /// <summary>The heartbeat of a lane has stopped.</summary>
    public const string HeartbeatStopped = "heartbeat-stopped";

    /// <summary>A message was put aside as it cannot be handled.</summary>
    public const string DeadLetter = "dead-letter";
}
