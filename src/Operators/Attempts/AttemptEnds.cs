using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>From what an operator returned or threw to the result of its attempt.</summary>
internal static class AttemptEnds
{
    private const int MaxReason = 300;

    // What these say is as wrong at the next try.
    private static readonly HashSet<string> ForGood =
        [OperatorErrors.UnknownOperator, OperatorErrors.Fields, OperatorErrors.CodeTask, OperatorErrors.Declaration, OperatorErrors.Refused, OperatorErrors.Address, OperatorErrors.ContainerUnsupported];

    /// <summary>Whether what was thrown would be thrown again, whenever it is tried.</summary>
    public static bool IsForGood(Exception thrown) => thrown is UpdraftException { Code: var code } && ForGood.Contains(code);

    public static AttemptResult Lost(string reason) => new() { Outcome = AttemptOutcome.Lost, Reason = Clip(reason), Code = OperatorErrors.Lost };

    public static AttemptResult Of(TaskOutcome outcome, OutputRef? output, Redactor redactor, ImmutableArray<DatasetOutput>? produced) => outcome.Outcome switch
    {
        AttemptOutcome.Success => new() { Outcome = AttemptOutcome.Success, Output = output, Produced = produced },
        AttemptOutcome.Skipped => new() { Outcome = AttemptOutcome.Skipped, Reason = Clip(redactor.Redact(outcome.Reason!)) },
        _ => new() { Outcome = outcome.Outcome, Reason = Clip(redactor.Redact(outcome.Reason!)), Code = outcome.Code ?? OperatorErrors.TaskFailed },
    };

    public static AttemptResult Of(Exception thrown, Redactor redactor)
    {
        var (outcome, code) = thrown switch
        {
            SkipTaskException => (AttemptOutcome.Skipped, null),
            FailTaskException { Code: var own } => (AttemptOutcome.FailedForGood, own),
            TemplateException { Code: var own } => (AttemptOutcome.FailedForGood, own),
            UpdraftException { Code: var own } => (ForGood.Contains(own) ? AttemptOutcome.FailedForGood : AttemptOutcome.Failed, own),
            ServiceException => (AttemptOutcome.Failed, OperatorErrors.Unavailable),
            _ => (AttemptOutcome.Failed, OperatorErrors.Unexpected),
        };
        return new AttemptResult { Outcome = outcome, Reason = Clip(redactor.Redact(Message(thrown))), Code = code };
    }

    public static string Message(Exception thrown) =>
        thrown is UpdraftException or SkipTaskException or ServiceException ? thrown.Message : $"{thrown.GetType().Name}: {thrown.Message}";

    // Cut where no pair of surrogates is torn.
    public static string Clip(string reason) =>
        reason.Length <= MaxReason ? reason : string.Concat(reason.AsSpan(0, char.IsHighSurrogate(reason[MaxReason - 2]) ? MaxReason - 2 : MaxReason - 1), "…");
}
