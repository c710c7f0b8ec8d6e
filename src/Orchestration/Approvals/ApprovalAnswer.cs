using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>A person's answer.</summary>
public sealed record ApprovalAnswer
{
    /// <summary>Longest <see cref="Note"/>, in characters.</summary>
    public const int MaxNote = 2_000;

    /// <summary>Largest <see cref="Values"/>, in bytes of JSON.</summary>
    public const int MaxValues = 64 * 1024;

    /// <summary>The run that asks.</summary>
    public required string RunId { get; init; }

    /// <summary>Full id of the task that asks.</summary>
    public required string TaskId { get; init; }

    /// <summary>Map keys of the instance, outermost first; empty for a plain task.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>The try whose question is answered; null for the latest.</summary>
    public int? Try { get; init; }

    /// <summary>One of the choices; null where there is only one.</summary>
    public string? Choice { get; init; }

    /// <summary>The form's values; null for none.</summary>
    public JsonElement? Values { get; init; }

    /// <summary>What is said along, 2,000 characters at most; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Who answers.</summary>
    public required string By { get; init; }

    /// <summary>The groups of who answers.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>From where, as in <c>command line</c> or an address; null when unknown.</summary>
    public string? From { get; init; }
}

/// <summary>A question and what became of it.</summary>
/// <param name="Question">The question.</param>
/// <param name="Decision">What became of it; null for nothing yet.</param>
/// <param name="Open">Whether it can be answered.</param>
public sealed record ApprovalView(ApprovalQuestion Question, ApprovalDecision? Decision, bool Open);

/// <summary>Some of the open questions.</summary>
/// <param name="Questions">By DAG, then by run.</param>
/// <param name="Next">What to go on after; null when there are no more.</param>
public sealed record ApprovalPage(ImmutableArray<ApprovalQuestion> Questions, string? Next);
