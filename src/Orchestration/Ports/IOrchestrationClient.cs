using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Starts, wakes, lists and removes orchestrations: the part of Durable Task's client that we need, by the same names.</summary>
public interface IOrchestrationClient
{
    /// <summary>Starts an instance. Returns false, and does nothing, when the id is taken, whatever became of its instance.</summary>
    /// <exception cref="ArgumentException">The id, input or options break the limits of <see cref="OrchestrationLimits"/>.</exception>
    Task<bool> ScheduleNewOrchestrationInstanceAsync(string orchestratorName, object? input, StartOrchestrationOptions options, CancellationToken cancellation = default);

    /// <summary>Sends an event; silently lost when no such instance runs.</summary>
    Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default);

    /// <summary>What is known of an instance; null when there is none.</summary>
    Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>Instances whose id begins with a prefix, in any order.</summary>
    IAsyncEnumerable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery query, CancellationToken cancellation = default);

    /// <summary>Removes an ended instance with its history. Returns false when there is none, or it has not ended.</summary>
    Task<bool> PurgeInstanceAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>Repair only: the instance takes no further turns until resumed.</summary>
    Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Repair only: undoes a suspend.</summary>
    Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Repair only: ends the instance where it stands; activities at work go on and their results are dropped.</summary>
    Task TerminateInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default);
}

/// <summary>How an instance is started.</summary>
public sealed record StartOrchestrationOptions
{
    /// <summary>The instance's id: 1 to 100 printable ASCII characters, none of <c>/ \ # ?</c>, not beginning with <c>@</c>.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Version that the orchestrator sees. Default empty.</summary>
    public string Version { get; init; } = "";

    /// <summary>The workers that run it. Default <c>default</c>.</summary>
    public string Lane { get; init; } = "default";

    /// <summary>Names given to the instance, as in <c>run</c> = its run's id. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}

/// <summary>Which instances to list.</summary>
public sealed record OrchestrationQuery
{
    /// <summary>What the id begins with. Default empty: all.</summary>
    public string InstanceIdPrefix { get; init; } = "";

    /// <summary>Only these states; empty for all.</summary>
    public ImmutableArray<OrchestrationRuntimeStatus> Statuses { get; init; } = [];
}

/// <summary>State of an instance, in Durable Task's words.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>Under way, or waiting.</summary>
    Running,

    /// <summary>Its code has returned.</summary>
    Completed,

    /// <summary>Its code threw, or its replay did not match its history.</summary>
    Failed,

    /// <summary>Ended by repair.</summary>
    Terminated,

    /// <summary>Started, no turn taken.</summary>
    Pending,

    /// <summary>Halted by repair.</summary>
    Suspended,
}

/// <summary>What is known of an instance.</summary>
public sealed record OrchestrationMetadata
{
    /// <summary>The orchestrator's name.</summary>
    public required string Name { get; init; }

    /// <summary>The instance's id.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Its state.</summary>
    public required OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last took a turn.</summary>
    public required DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>What it was started with; null when there was no input. After continuing as new, the input of that.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>What its code returned; null while it runs.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>What it last showed; null for nothing.</summary>
    public JsonElement? CustomStatus { get; init; }

    /// <summary>Why it failed or was terminated; null otherwise.</summary>
    public string? FailureDetails { get; init; }

    /// <summary>Names given at the start.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}

/// <summary>The limits that both engines refuse to cross.</summary>
public static class OrchestrationLimits
{
    /// <summary>Longest instance id, in characters.</summary>
    public const int InstanceId = 100;

    /// <summary>Largest input, output, activity result or event, in bytes of JSON.</summary>
    public const int Payload = 256 * 1024;

    /// <summary>Largest custom status, in bytes of UTF-16 JSON.</summary>
    public const int CustomStatus = 16 * 1024;

    /// <summary>Why an id is no valid instance id; null when it is one.</summary>
    public static string? Refuse(string instanceId) => instanceId switch
    {
        "" => "an instance id is empty",
        { Length: > InstanceId } => $"instance id '{instanceId[..40]}…' is longer than {InstanceId} characters",
        ['@', ..] => $"instance id '{instanceId}' begins with '@'",
        _ when instanceId.Any(c => c is < ' ' or > '~' or '/' or '\\' or '#' or '?') => $"instance id '{instanceId}' has a character other than printable ASCII without / \\ # ?",
        _ => null,
    };
}
