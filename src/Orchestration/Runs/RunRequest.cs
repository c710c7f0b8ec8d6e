using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>What a run was asked: written once, when the run is acknowledged, and never changed.</summary>
public sealed record RunRequest
{
    /// <summary>The run's id: 1 to 200 printable characters.</summary>
    public required string RunId { get; init; }

    /// <summary>The DAG's name.</summary>
    public required string Dag { get; init; }

    /// <summary>Hash of the pinned version.</summary>
    public required string DagHash { get; init; }

    /// <summary>Hash of the package with the DAG's code and files; null when there is none.</summary>
    public string? Package { get; init; }

    /// <summary>The conf as given: a JSON object.</summary>
    public required JsonElement Conf { get; init; }

    /// <summary>The conf with the defaults of the params filled in.</summary>
    public required JsonElement Params { get; init; }

    /// <summary>The tick, or the time of the trigger.</summary>
    public required DateTimeOffset LogicalDate { get; init; }

    /// <summary>Start of the data interval.</summary>
    public required DateTimeOffset DataIntervalStart { get; init; }

    /// <summary>End of the data interval.</summary>
    public required DateTimeOffset DataIntervalEnd { get; init; }

    /// <summary>When the run was acknowledged.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What started it, as in <c>manual</c> or <c>schedule</c>.</summary>
    public string Trigger { get; init; } = "manual";

    /// <summary>Who started it; null when unknown.</summary>
    public string? TriggeredBy { get; init; }

    /// <summary>Labels of the DAG and of the trigger.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What the run is about, by which events find it; null for none.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>Values of the params that are <c>indexed</c>, as the run is found by them (<see cref="ConfTerms"/>); null for none.</summary>
    public ImmutableSortedDictionary<string, string>? Indexed { get; init; }

    /// <summary>Why it was started, in the words of who did; null for nothing said.</summary>
    public string? Note { get; init; }

    /// <summary>The run of the tick before, on which this one may depend; null for none.</summary>
    public string? Previous { get; init; }

    /// <summary>Ids of the dataset successes that started it. Empty by default.</summary>
    public ImmutableArray<string> DatasetEvents { get; init; } = [];

    /// <summary>The partition that it is of; null for none.</summary>
    public string? Partition { get; init; }

    /// <summary>The run that it repeats; null for none.</summary>
    public string? RerunOf { get; init; }

    /// <summary>The run that started it; null for none.</summary>
    public string? Parent { get; init; }

    /// <summary>The run at the top of those that started each other, this one at their end; null for none.</summary>
    public string? Root { get; init; }

    /// <summary>The team that the DAG belongs to; null for none.</summary>
    public string? Team { get; init; }

    /// <summary>For a callback: what it is about, as templates read it under <c>about</c>; null for any other run.</summary>
    public JsonElement? About { get; init; }

    /// <summary>The W3C <c>traceparent</c> of the request or message that triggered it; null for none.</summary>
    public string? TriggeredIn { get; init; }

    /// <summary>The span of its trigger, below which its own spans are, as a <c>traceparent</c>; null when nobody traced then.</summary>
    public string? Trace { get; init; }

    /// <summary>Whether the DAG's own actor is told of its end (<see cref="RunEnded"/>).</summary>
    public bool TellsDag { get; init; }

    /// <summary>What the run must know of the operators of its tasks, by name.</summary>
    public ImmutableSortedDictionary<string, OperatorTraits> Operators { get; init; } = ImmutableSortedDictionary.Create<string, OperatorTraits>(StringComparer.Ordinal);
}

/// <summary>What a run must know of an operator to drive its attempts.</summary>
/// <param name="Kind">How its work is driven.</param>
/// <param name="Weight">Which worker slots its attempts take.</param>
/// <param name="RawFields">Fields whose strings are no templates.</param>
public sealed record OperatorTraits(OperatorKind Kind, ActivityWeight Weight, ImmutableArray<string> RawFields)
{
    /// <summary>What a manifest says.</summary>
    public static OperatorTraits Of(OperatorManifest manifest) =>
        new(manifest.Kind, manifest.Needs.Contains("process") ? ActivityWeight.Process : ActivityWeight.InProcess, [.. manifest.RawFields]);
}
