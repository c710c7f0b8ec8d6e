using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Who may answer a question, and with what. Pure.</summary>
internal static class ApprovalRules
{
    /// <summary>The decision that an answer makes.</summary>
    /// <exception cref="UpdraftException"><see cref="ApprovalErrors.NotAllowed"/> or <see cref="ApprovalErrors.Answer"/>.</exception>
    public static ApprovalDecision Decide(ApprovalQuestion question, ApprovalAnswer answer, DateTimeOffset now)
    {
        if (!MayAnswer(question, answer.By, answer.Groups))
            throw new UpdraftException(ApprovalErrors.NotAllowed, $"'{answer.By}' may not answer '{question.Name()}' of run '{question.RunId}': {question.WhoMay()} may");
        var choice = answer.Choice ?? (question.Choices is [var only] ? only : throw Wrong(question, $"choose one of {string.Join(", ", question.Choices)}"));
        if (!question.Choices.Contains(choice)) throw Wrong(question, $"'{choice}' is none of {string.Join(", ", question.Choices)}");
        if (answer.Note?.Length > ApprovalAnswer.MaxNote) throw Wrong(question, $"its note has {answer.Note.Length} characters, over the limit of {ApprovalAnswer.MaxNote}");
        if (answer.Values is { } given && Encoding.UTF8.GetByteCount(given.GetRawText()) is > ApprovalAnswer.MaxValues and var bytes) throw Wrong(question, $"its values have {bytes:N0} bytes, over the limit of {ApprovalAnswer.MaxValues:N0}");
        if (question.Misfit(choice, answer.Values) is { } misfit) throw Wrong(question, misfit);
        return new()
        {
            Kind = ApprovalDecisionKind.Answered, Choice = choice, Values = answer.Values, By = answer.By, Groups = answer.Groups, From = answer.From, At = now,
            Note = string.IsNullOrWhiteSpace(answer.Note) ? null : answer.Note,
        };
    }

    /// <summary>What holds when nobody answers until the deadline.</summary>
    public static ApprovalDecision Missed(ApprovalQuestion question) => new()
    {
        Kind = question.Default is null ? ApprovalDecisionKind.Expired : ApprovalDecisionKind.Defaulted,
        Choice = question.Default,
        Values = question.DefaultValues,
        At = question.Deadline!.Value,
    };

    /// <summary>Why values do not fit a form; null when they do. A choice that ends the task without success needs none.</summary>
    public static string? Misfit(JsonElement? form, JsonElement? values, bool required) => (form, values) switch
    {
        (null, null) => null,
        (null, _) => "it has values, and the question has no form",
        (_, null) => required ? "the form's values are missing" : null,
        ({ } schema, { } given) => JsonSchema.Validate(schema, given) is [var first, ..] ? $"{(first.Path.Length == 0 ? "the form" : first.Path)} {first.Message}" : null,
    };

    public static bool MayAnswer(ApprovalQuestion question, string by, ImmutableArray<string> groups) =>
        (question.Users.IsEmpty && question.Groups.IsEmpty) || question.Users.Contains(by, StringComparer.OrdinalIgnoreCase) || question.Groups.Intersect(groups, StringComparer.OrdinalIgnoreCase).Any();

    /// <summary>Whether an answer says what was decided, so that it is one that came twice.</summary>
    public static bool IsSame(ApprovalDecision decided, ApprovalDecision answer) =>
        decided.Kind is ApprovalDecisionKind.Answered && decided.By == answer.By && decided.Choice == answer.Choice && decided.Note == answer.Note
        && (decided.Values is { } one && answer.Values is { } other ? JsonElement.DeepEquals(one, other) : decided.Values is null && answer.Values is null);

    public static string NameOf(string taskId, ImmutableArray<string> keys) => taskId + string.Concat(keys.Select(key => $"[{key}]"));

    /// <summary>Why a question that was decided takes no answer.</summary>
    public static UpdraftException Refusal(ApprovalQuestion question, ApprovalDecision decided) => decided.Kind switch
    {
        ApprovalDecisionKind.Answered => new(ApprovalErrors.Answered, $"'{question.Name()}' of run '{question.RunId}' was answered by {decided.By} at {Time(decided.At)}: {decided.Choice}"),
        ApprovalDecisionKind.Defaulted => Over(question, $"its deadline passed at {Time(decided.At)}, and {decided.Choice} was taken by default"),
        _ => Over(question, $"its deadline passed at {Time(decided.At)}"),
    };

    public static UpdraftException Over(ApprovalQuestion question, string why) =>
        new(ApprovalErrors.Over, $"'{question.Name()}' of run '{question.RunId}' takes no answer any more: {why}");

    private static UpdraftException Wrong(ApprovalQuestion question, string why) => new(ApprovalErrors.Answer, $"the answer to '{question.Name()}' of run '{question.RunId}' does not fit: {why}");

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
