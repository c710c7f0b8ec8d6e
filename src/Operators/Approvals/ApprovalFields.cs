using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>The fields of <c>approval</c>.</summary>
public sealed record ApprovalFields : ICheckedFields
{
    /// <summary>The question.</summary>
    [Description("What is asked, up to 4,000 characters.")]
    public required string Question { get; init; }

    /// <summary>What can be chosen.</summary>
    [Description("What can be chosen, 1 to 20. Default: approve and reject; with a form, submit.")]
    public ImmutableArray<string>? Choices { get; init; }

    /// <summary>The form.</summary>
    [Description("JSON schema of the values to fill in, as of params. Default: no form.")]
    public JsonElement? Form { get; init; }

    /// <summary>Who may answer.</summary>
    [Description("Names of those who may answer. Default, with no groups either: anybody who may act on runs.")]
    public ImmutableArray<string> Users { get; init; } = [];

    /// <summary>Groups that may answer.</summary>
    [Description("Groups, or teams, whose members may answer.")]
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>How long to wait.</summary>
    [Description("How long to wait for an answer, from the start of the try. Default: for ever.")]
    public TimeSpan? Deadline { get; init; }

    /// <summary>What holds after the deadline.</summary>
    [Description("The choice that holds when nobody answers until the deadline. Default: none, and the task fails.")]
    public string? Default { get; init; }

    /// <summary>The values that go with the default.</summary>
    [Description("The form's values that go with the default.")]
    public JsonElement? DefaultValues { get; init; }

    /// <summary>Whether a missed deadline skips.</summary>
    [Description("Whether a missed deadline without a default skips the task rather than failing it.")]
    public bool SoftFail { get; init; }

    /// <summary>Choices that fail the task.</summary>
    [Description("Choices that fail the task, without a retry. Default: reject, where it is a choice and does not stand in skip_on.")]
    public ImmutableArray<string>? FailOn { get; init; }

    /// <summary>Choices that skip the task.</summary>
    [Description("Choices that skip the task.")]
    public ImmutableArray<string> SkipOn { get; init; } = [];

    /// <inheritdoc/>
    public void Check() => ApprovalForm.Check(this);
}
