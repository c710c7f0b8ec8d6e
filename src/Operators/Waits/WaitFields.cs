using System.ComponentModel;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>How long and how often a sensor looks: fields that all of them have.</summary>
public record WaitFields : ICheckedFields
{
    /// <summary>Time between the first looks.</summary>
    [Description("Time between the first looks, with up to 20 % of jitter. Default 1m.")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest time between looks; null for the interval.</summary>
    [Description("Longest time between looks, when it grows. Default: the interval.")]
    public TimeSpan? MaxInterval { get; init; }

    /// <summary>Factor by which the time between looks grows.</summary>
    [Description("Factor by which the time between looks grows, 1 to 10. Default 1.")]
    public double Backoff { get; init; } = 1;

    /// <summary>When to give up, from the start of the wait; null for never.</summary>
    [Description("When to give up, from the start of the wait. Default: never.")]
    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether giving up skips the task.</summary>
    [Description("Whether giving up skips the task instead of failing it. Default false.")]
    public bool SoftFail { get; init; }

    /// <summary>How long it counts that the condition held.</summary>
    [Description("How long it counts that the condition was seen to hold, where it stays true. Default 24h.")]
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Looks in a row that may fail.</summary>
    [Description("How many looks in a row may fail before the wait does, 0 to 127. Default 5.")]
    public int ErrorsTolerated { get; init; } = 5;

    /// <summary>These as a policy.</summary>
    internal WaitPolicy Policy => new()
    {
        Interval = Interval, MaxInterval = MaxInterval is { } longest && longest > Interval ? longest : Interval, Backoff = Backoff, Deadline = Deadline, SoftFail = SoftFail,
        RememberFor = RememberFor, ErrorsTolerated = ErrorsTolerated,
    };

    /// <inheritdoc/>
    public virtual void Check()
    {
        if (Interval < TimeSpan.FromSeconds(1) || Backoff is not (>= 1 and <= 10) || ErrorsTolerated is < 0 or >= WaitRules.MostErrors || RememberFor < TimeSpan.Zero)
            throw new Dags.UpdraftException(OperatorErrors.Fields, "a wait has an interval of 1s or more, a backoff of 1 to 10 and errors_tolerated of 0 to 127");
    }
}
