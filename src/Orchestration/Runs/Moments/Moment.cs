using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A moment in the life of a task instance of which something must be done: kept with the instance until that has been done.</summary>
public sealed record Moment
{
    /// <summary>What must be done.</summary>
    public required MomentKind Kind { get; init; }

    /// <summary>The try, from 1; 0 before the first.</summary>
    public int Try { get; init; }

    /// <summary>How often the run had been opened again; null for never, and where it makes no difference.</summary>
    public int? Opened { get; init; }

    /// <summary>State of the instance.</summary>
    public TaskState State { get; init; }

    /// <summary>Why; null for nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was.</summary>
    public DateTime At { get; init; }

    /// <summary>Datasets that the try has made; null for none.</summary>
    public ImmutableArray<DatasetOutput>? Made { get; init; }
}

/// <summary>What must be done at a moment.</summary>
public enum MomentKind
{
    /// <summary>Fire the callbacks of <see cref="CallbackKind.Success"/>.</summary>
    Success,

    /// <summary>Fire the callbacks of <see cref="CallbackKind.Failure"/>.</summary>
    Failure,

    /// <summary>Fire the callbacks of <see cref="CallbackKind.Retry"/>.</summary>
    Retry,

    /// <summary>Fire the callbacks of <see cref="CallbackKind.Skip"/>.</summary>
    Skip,

    /// <summary>Fire the callbacks of <see cref="CallbackKind.Late"/>.</summary>
    Late,

    /// <summary>Record the datasets that were made.</summary>
    Datasets,

    /// <summary>Raise the alert that it is late.</summary>
    LateAlert,

    /// <summary>Raise the alert that its kill is not confirmed.</summary>
    KillAlert,
}
