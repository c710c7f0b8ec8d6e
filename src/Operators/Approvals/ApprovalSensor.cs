using System.ComponentModel;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Waits for a person's answer. Who answers wakes it, so that waiting costs next to nothing.</summary>
[Operator("approval")]
[Description("Asks people a question, waits for the answer, and hands it over.")]
public sealed class ApprovalSensor : SensorOperator<ApprovalFields>
{
    // Whoever answers wakes the sensor; these looks only mend what a crash between the two left undone.
    private static readonly WaitPolicy Rarely = new() { Interval = TimeSpan.FromMinutes(5), Backoff = 2, MaxInterval = TimeSpan.FromHours(1) };

    private static readonly JsonElement Asked = JsonSerializer.SerializeToElement("asked");

    /// <inheritdoc/>
    public override SensorMemory Memory => SensorMemory.Own;

    /// <inheritdoc/>
    public override WaitPolicy PolicyOf(ApprovalFields fields) => Rarely;

    /// <inheritdoc/>
    public override async Task<PokeResult> PokeAsync(TaskContext context, ApprovalFields fields, JsonElement? state, CancellationToken stop)
    {
        var view = await context.Control.Questions.AskAsync(ApprovalForm.QuestionOf(context, fields), asked: state is not null, stop);
        var question = view.Question;
        if (view.Decision is { } decision)
        {
            context.Log.WriteLine(Told(decision));
            return Outcome(question, decision, fields.SoftFail);
        }
        if (state is null) context.Log.WriteLine($"asked: {question.Question} ({string.Join(", ", question.Choices)}); {question.WhoMay()} may answer{(question.Deadline is { } until ? $" until {Instants.Format(until)}" : "")}");
        var left = question.Deadline - context.Control.Now;
        return PokeResult.NotYet(Asked) with { NextPokeAfter = left < Rarely.MaxInterval ? left : null };
    }

    private static PokeResult Outcome(ApprovalQuestion question, ApprovalDecision decision, bool soft)
    {
        if (decision.Choice is not { } choice)
        {
            var missed = $"nobody answered until {Instants.Format(decision.At)}";
            throw soft ? new SkipTaskException(missed) : new FailTaskException(missed, ApprovalErrors.Unanswered);
        }
        if (question.FailOn.Contains(choice)) throw new FailTaskException(Told(decision), ApprovalErrors.Rejected);
        if (question.SkipOn.Contains(choice)) throw new SkipTaskException(Told(decision));
        return PokeResult.Met(new ApprovalOutput(choice, decision.Values, decision.By, Instants.Format(decision.At), decision.Note, decision.Kind is ApprovalDecisionKind.Defaulted));
    }

    private static string Told(ApprovalDecision decision) => decision.Kind switch
    {
        ApprovalDecisionKind.Answered => $"{decision.By} answered: {decision.Choice}{(decision.Note is { } note ? $" ({note})" : "")}",
        ApprovalDecisionKind.Defaulted => $"nobody answered until {Instants.Format(decision.At)}: {decision.Choice} by default",
        _ => $"nobody answered until {Instants.Format(decision.At)}",
    };
}

/// <summary>What an approval hands over.</summary>
/// <param name="Choice">What was chosen.</param>
/// <param name="Values">The form's values; null for none.</param>
/// <param name="By">Who answered; null for nobody.</param>
/// <param name="At">When.</param>
/// <param name="Note">What was said along; null for nothing.</param>
/// <param name="ByDefault">Whether nobody answered, so that the default holds.</param>
internal sealed record ApprovalOutput(string Choice, JsonElement? Values, string? By, string At, string? Note, bool ByDefault);
