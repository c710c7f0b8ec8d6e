using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>A question to people, as a try asked it. It never changes.</summary>
public sealed record ApprovalQuestion
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The run that asks.</summary>
    public required string RunId { get; init; }

    /// <summary>Its DAG.</summary>
    public required string Dag { get; init; }

    /// <summary>Full id of the task that asks.</summary>
    public required string TaskId { get; init; }

    /// <summary>Map keys of the instance, outermost first; empty for a plain task.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>The try that asks, from 1.</summary>
    public required int Try { get; init; }

    /// <summary>Names the try: a sensor, whose actor is woken by an answer.</summary>
    public required string AttemptId { get; init; }

    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>What can be chosen, 1 or more.</summary>
    public required ImmutableArray<string> Choices { get; init; }

    /// <summary>JSON schema of the values to fill in; null for none.</summary>
    public JsonElement? Form { get; init; }

    /// <summary>Names of those who may answer. With no groups either, anybody.</summary>
    public ImmutableArray<string> Users { get; init; } = [];

    /// <summary>Groups whose members may answer.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Until when it can be answered; null for ever.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The choice that holds when nobody answers until the deadline; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>The values that go with <see cref="Default"/>; null for none.</summary>
    public JsonElement? DefaultValues { get; init; }

    /// <summary>Choices that fail the task.</summary>
    public ImmutableArray<string> FailOn { get; init; } = [];

    /// <summary>Choices that skip the task.</summary>
    public ImmutableArray<string> SkipOn { get; init; } = [];

    /// <summary>The instance, as in <c>ship[SEA]</c>.</summary>
    public string Name() => ApprovalRules.NameOf(TaskId, Keys);

    /// <summary>Why values do not fit the form; null when they do. A choice that fails or skips the task needs none.</summary>
    public string? Misfit(string choice, JsonElement? values) => ApprovalRules.Misfit(Form, values, required: !FailOn.Contains(choice) && !SkipOn.Contains(choice));

    /// <summary>Who may answer, in words.</summary>
    public string WhoMay() => Users.IsEmpty && Groups.IsEmpty ? "anybody" : string.Join(", ", Users.Concat(Groups.Select(group => $"group {group}")));
}

/// <summary>What became of a question. Stored once, by whoever comes first, and kept with the run.</summary>
public sealed record ApprovalDecision
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>How it came about.</summary>
    public required ApprovalDecisionKind Kind { get; init; }

    /// <summary>What was chosen; null when nobody answered and there is no default.</summary>
    public string? Choice { get; init; }

    /// <summary>The form's values; null for none.</summary>
    public JsonElement? Values { get; init; }

    /// <summary>Who answered; null when nobody did.</summary>
    public string? By { get; init; }

    /// <summary>The groups of who answered, as far as they were known.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>From where, as in <c>command line</c> or an address; null when unknown.</summary>
    public string? From { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What was said along; null for nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>How a question was decided.</summary>
public enum ApprovalDecisionKind
{
    /// <summary>A person answered.</summary>
    Answered,

    /// <summary>Nobody did until the deadline, and the default holds.</summary>
    Defaulted,

    /// <summary>Nobody did until the deadline, and there is no default.</summary>
    Expired,
}
