using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>From the fields of an approval to its question.</summary>
internal static class ApprovalForm
{
    private const int MaxQuestion = 4_000;
    private const int MaxChoices = 20;
    private const int MaxName = 64;
    private const int MaxBytes = 64 * 1024;
    private const string Reject = "reject";

    /// <summary>What is asked, without what must not be shown.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>.</exception>
    public static ApprovalQuestion QuestionOf(TaskContext context, ApprovalFields fields)
    {
        var question = Asked(fields, context.Control.Now, context.Redact) with
        {
            RunId = context.Run.RunId,
            Dag = context.Run.Dag,
            TaskId = context.TaskId,
            Keys = context.Keys,
            Try = context.Try,
            AttemptId = context.AttemptId,
        };
        Check(question);
        return question;
    }

    /// <summary>Holds the rules of the fields.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>.</exception>
    public static void Check(ApprovalFields fields) => Check(Asked(fields, DateTimeOffset.UnixEpoch, text => text));

    private static ApprovalQuestion Asked(ApprovalFields fields, DateTimeOffset now, Func<string, string> redact)
    {
        var choices = fields.Choices ?? (fields.Form is null ? ["approve", Reject] : ["submit"]);
        return new ApprovalQuestion
        {
            RunId = "",
            Dag = "",
            TaskId = "",
            Keys = [],
            Try = 0,
            AttemptId = "",
            Question = redact(fields.Question),
            Choices = [.. choices.Select(redact)],
            Form = Redacted(fields.Form, redact),
            Users = fields.Users,
            Groups = fields.Groups,
            AskedAt = now,
            Deadline = now + fields.Deadline,
            Default = fields.Default,
            DefaultValues = Redacted(fields.DefaultValues, redact),
            FailOn = fields.FailOn ?? (choices.Contains(Reject) && !fields.SkipOn.Contains(Reject) ? [Reject] : []),
            SkipOn = fields.SkipOn,
        };
    }

    private static void Check(ApprovalQuestion question)
    {
        if (question.Question.Length is 0 or > MaxQuestion) throw Wrong($"question has {question.Question.Length} characters, and may have 1 to {MaxQuestion}");
        if (question.Choices.Length is 0 or > MaxChoices) throw Wrong($"choices has {question.Choices.Length} entries, and may have 1 to {MaxChoices}");
        if (question.Choices.FirstOrDefault(choice => choice.Length is 0 or > MaxName || choice.Any(char.IsControl)) is { } bad) throw Wrong($"choice '{bad}' is not 1 to {MaxName} printable characters");
        if (question.Choices.Distinct().Count() < question.Choices.Length) throw Wrong("choices names one of them twice");
        foreach (var (field, names) in new[] { ("fail_on", question.FailOn), ("skip_on", question.SkipOn), ("default", question.Default is { } only ? [only] : []) })
        {
            if (names.FirstOrDefault(name => !question.Choices.Contains(name)) is { } unknown) throw Wrong($"{field} is '{unknown}', which is none of {string.Join(", ", question.Choices)}");
        }
        if (question.FailOn.Intersect(question.SkipOn).FirstOrDefault() is { } both) throw Wrong($"'{both}' stands in fail_on and in skip_on");
        if (question.Default is not null && question.Deadline is null) throw Wrong("a default needs a deadline");
        CheckForm(question);
    }

    private static void CheckForm(ApprovalQuestion question)
    {
        if (question.Form is { } form)
        {
            if (form.GetRawText().Length > MaxBytes) throw Wrong($"form is larger than {MaxBytes / 1024} KB");
            if (JsonSchema.Check(form) is [var problem, ..]) throw Wrong($"form is no JSON schema: {problem.Path} {problem.Message}");
        }
        if (question.Default is { } choice && question.Misfit(choice, question.DefaultValues) is { } misfit) throw Wrong($"default_values: {misfit}");
        if (question is { Default: null, DefaultValues: not null }) throw Wrong("default_values needs a default");
    }

    private static JsonElement? Redacted(JsonElement? value, Func<string, string> redact) =>
        value is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } given ? JsonSerializer.Deserialize<JsonElement>(redact(given.GetRawText())) : null;

    private static UpdraftException Wrong(string what) => new(OperatorErrors.Fields, what);
}
