using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>How an operator's work ended.</summary>
public sealed record TaskOutcome
{
    private TaskOutcome(AttemptOutcome outcome) => Outcome = outcome;

    /// <summary>Success, failed, failed for good, or skipped.</summary>
    public AttemptOutcome Outcome { get; }

    /// <summary>What the task hands over; null for nothing.</summary>
    public JsonElement? Output { get; private init; }

    /// <summary>Why it did not succeed; null on success.</summary>
    public string? Reason { get; private init; }

    /// <summary>A stable code of the failure; null for <c>UPD4002</c>.</summary>
    public string? Code { get; private init; }

    /// <summary>The work is done and hands nothing over.</summary>
    public static TaskOutcome Success() => new(AttemptOutcome.Success);

    /// <summary>The work is done and hands a value over, at most 64 MB of JSON.</summary>
    public static TaskOutcome Success(JsonElement output) =>
        new(AttemptOutcome.Success) { Output = output.ValueKind == JsonValueKind.Undefined ? null : output };

    /// <summary>The work is done and hands a value over, written as JSON in camel case.</summary>
    public static TaskOutcome Success<T>(T output) => Success(JsonSerializer.SerializeToElement(output, CodeJson.Options));

    /// <summary>The task skips itself.</summary>
    public static TaskOutcome Skipped(string reason) => new(AttemptOutcome.Skipped) { Reason = reason };

    /// <summary>The work failed; a retry may follow.</summary>
    public static TaskOutcome Failed(string reason, string? code = null) => new(AttemptOutcome.Failed) { Reason = reason, Code = code };

    /// <summary>The work failed, and a retry would not help.</summary>
    public static TaskOutcome FailedForGood(string reason, string? code = null) => new(AttemptOutcome.FailedForGood) { Reason = reason, Code = code };
}
