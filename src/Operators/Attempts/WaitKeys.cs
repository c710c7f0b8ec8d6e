using System.Security.Cryptography;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>What makes waits equal, and what makes their conditions ones that are looked at together.</summary>
internal sealed record WaitKeys
{
    private const int MostText = 200;

    /// <summary>Names the condition: operator, package of an operator that is a DAG's own, team, and what is waited for. The connection is part of that.</summary>
    public required string Condition { get; init; }

    /// <summary>Names the watcher: the condition, or the backend when one call looks at many; and the lane, so that no lane waits for another's workers.</summary>
    public required string Watcher { get; init; }

    /// <summary>The backend; null for a watcher of one condition.</summary>
    public string? Backend { get; init; }

    /// <summary>What is waited for, in words without secrets.</summary>
    public required string Text { get; init; }

    /// <summary>Null for a wait that shares with nobody.</summary>
    public static WaitKeys? Of(PreparedAttempt<ISensorOperator> attempt, bool ofPackage, string lane)
    {
        var sensor = attempt.Operator;
        if (sensor.Memory is SensorMemory.Own || sensor.ConditionOf(attempt.Context, attempt.Fields) is not { } condition) return null;
        var name = sensor.Manifest.Name;
        var owner = new { name, package = ofPackage ? attempt.Context.Run.Package : null, team = attempt.Context.Run.Team };
        var backend = (sensor as IMultiSensor)?.BackendOf(attempt.Fields);
        var key = Hash(new { owner, condition });
        var text = $"{name} {condition.GetRawText()}";
        return new()
        {
            Condition = key,
            Watcher = backend is null ? Hash(new { key, lane }) : Hash(new { owner, lane, backend }),
            Backend = backend is null ? null : Clip(attempt.Redactor.Redact(backend)),
            Text = Clip(attempt.Redactor.Redact(text)),
        };
    }

    private static string Hash(object identity) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(identity)).AsSpan(0, 16));

    private static string Clip(string text) => text.Length <= MostText ? text : text[..(MostText - 1)] + "…";
}
