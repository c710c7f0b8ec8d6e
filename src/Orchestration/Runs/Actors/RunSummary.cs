using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>What a listing shows of a run.</summary>
public sealed record RunSummary
{
    /// <summary>The run's state.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Hash of the pinned version; null in entries written before this was noted.</summary>
    public string? Version { get; init; }

    /// <summary>What started it.</summary>
    public required string Trigger { get; init; }

    /// <summary>The tick, or the time of the trigger.</summary>
    public required DateTimeOffset LogicalDate { get; init; }

    /// <summary>When it got its slot; null while it is queued.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>When it ended; null while it is under way.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Why it is in its state, at most 200 characters; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>The summary of a run as its body has it.</summary>
    public static RunSummary Of(RunRequest request, RunBody body) => new()
    {
        Status = body.Status,
        Version = request.DagHash,
        Trigger = request.Trigger,
        LogicalDate = request.LogicalDate,
        StartedAt = body.StartedAt,
        EndedAt = body.EndedAt,
        Reason = body.Reason is { Length: > 200 } reason ? string.Concat(reason.AsSpan(0, 199), "…") : body.Reason,
    };

    /// <summary>The summary as JSON.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, OrchestrationJson.Options);
}
