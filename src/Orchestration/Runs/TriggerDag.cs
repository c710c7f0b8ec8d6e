using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Makes a run of the current version of a published DAG; null when no DAG of that name is published. The same id twice makes one run.</summary>
/// <exception cref="Dags.UpdraftException">The conf or the id is refused, or the DAG has as many queued runs as it may.</exception>
public delegate Task<TriggeredRun?> TriggerDag(WantedRun wanted, CancellationToken cancellation);

/// <summary>A run of a published DAG that is wanted.</summary>
public sealed record WantedRun
{
    /// <summary>Name of the DAG.</summary>
    public required string Dag { get; init; }

    /// <inheritdoc cref="TriggerRun.RunId"/>
    public string? RunId { get; init; }

    /// <inheritdoc cref="TriggerRun.Conf"/>
    public JsonElement? Conf { get; init; }

    /// <inheritdoc cref="TriggerRun.Labels"/>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <inheritdoc cref="TriggerRun.Trigger"/>
    public string Trigger { get; init; } = "manual";

    /// <inheritdoc cref="TriggerRun.TriggeredBy"/>
    public string? TriggeredBy { get; init; }

    /// <inheritdoc cref="TriggerRun.BusinessKey"/>
    public string? BusinessKey { get; init; }

    /// <inheritdoc cref="TriggerRun.Note"/>
    public string? Note { get; init; }

    /// <inheritdoc cref="TriggerRun.Parent"/>
    public string? Parent { get; init; }
}
