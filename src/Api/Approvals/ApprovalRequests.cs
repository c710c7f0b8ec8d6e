using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>An answer to the question of a task.</summary>
public sealed record AnswerQuestion
{
    /// <inheritdoc cref="ApprovalAnswer.Keys"/>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <inheritdoc cref="ApprovalAnswer.Try"/>
    public int? Try { get; init; }

    /// <inheritdoc cref="ApprovalAnswer.Choice"/>
    public string? Choice { get; init; }

    /// <inheritdoc cref="ApprovalAnswer.Values"/>
    public JsonElement? Values { get; init; }

    /// <inheritdoc cref="ApprovalAnswer.Note"/>
    public string? Note { get; init; }

    /// <summary>The groups of who answers, believed only of the owner of the installation; of others it is their teams. Empty by default.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>From where, believed only of the owner of the installation; of others it is their address. Null for nothing said.</summary>
    public string? From { get; init; }
}

/// <summary>An answer holds.</summary>
/// <param name="Approval">The question with the answer.</param>
/// <param name="Driven">Whether a process drives the run now.</param>
public sealed record ApprovalAnswered(ApprovalView Approval, bool Driven);
