using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>What is done at moments in the life of a run or task. Each callback is a run of its own, which never counts for the outcome of the one that it is about.</summary>
public sealed record Callbacks
{
    /// <summary>No callbacks.</summary>
    public static readonly Callbacks None = new();

    /// <summary>When it has succeeded.</summary>
    public ImmutableArray<CallbackSpec> OnSuccess { get; init; } = [];

    /// <summary>When it has failed for good, which cancelled work does not.</summary>
    public ImmutableArray<CallbackSpec> OnFailure { get; init; } = [];

    /// <summary>When a try has failed and another follows; of a task only.</summary>
    public ImmutableArray<CallbackSpec> OnRetry { get; init; } = [];

    /// <summary>When it was skipped; of a task only.</summary>
    public ImmutableArray<CallbackSpec> OnSkip { get; init; } = [];

    /// <summary>When it is late, as its <c>due</c> says.</summary>
    public ImmutableArray<CallbackSpec> OnLate { get; init; } = [];

    /// <summary>Whether there are none at all.</summary>
    public bool IsEmpty => OnSuccess.IsEmpty && OnFailure.IsEmpty && OnRetry.IsEmpty && OnSkip.IsEmpty && OnLate.IsEmpty;

    /// <summary>Names of their operators.</summary>
    public IEnumerable<string> OperatorNames() => OnSuccess.Concat(OnFailure).Concat(OnRetry).Concat(OnSkip).Concat(OnLate).Select(callback => callback.Operator);

    /// <summary>Those of a moment.</summary>
    public ImmutableArray<CallbackSpec> Of(CallbackKind kind) => kind switch
    {
        CallbackKind.Success => OnSuccess,
        CallbackKind.Failure => OnFailure,
        CallbackKind.Retry => OnRetry,
        CallbackKind.Skip => OnSkip,
        _ => OnLate,
    };

    /// <summary>The field that holds those of a moment, as in <c>on_failure</c>.</summary>
    internal static string Field(CallbackKind kind) => "on_" + EnumNames.Of(kind);

    internal Callbacks Add(CallbackKind kind, CallbackSpec callback) => kind switch
    {
        CallbackKind.Success => this with { OnSuccess = OnSuccess.Add(callback) },
        CallbackKind.Failure => this with { OnFailure = OnFailure.Add(callback) },
        CallbackKind.Retry => this with { OnRetry = OnRetry.Add(callback) },
        CallbackKind.Skip => this with { OnSkip = OnSkip.Add(callback) },
        _ => this with { OnLate = OnLate.Add(callback) },
    };
}

/// <summary>The moments at which callbacks are done.</summary>
public enum CallbackKind
{
    /// <inheritdoc cref="Callbacks.OnSuccess"/>
    Success,

    /// <inheritdoc cref="Callbacks.OnFailure"/>
    Failure,

    /// <inheritdoc cref="Callbacks.OnRetry"/>
    Retry,

    /// <inheritdoc cref="Callbacks.OnSkip"/>
    Skip,

    /// <inheritdoc cref="Callbacks.OnLate"/>
    Late,
}

/// <summary>One callback: an operator with its fields, whose templates may read <c>{{ about.… }}</c>.</summary>
public sealed record CallbackSpec
{
    /// <summary>Name of the operator.</summary>
    public required string Operator { get; init; }

    /// <summary>The operator's own fields.</summary>
    public required JsonElement With { get; init; }

    /// <summary>Attempts after the first.</summary>
    public RetrySpec Retry { get; init; } = RetrySpec.None;

    /// <summary>Bound of one attempt; null for none.</summary>
    public TimeSpan? Timeout { get; init; }
}
