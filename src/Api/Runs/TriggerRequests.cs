using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A run of a published DAG.</summary>
public sealed record TriggerPublished
{
    /// <summary>What the run is given.</summary>
    public RunGiven Run { get; init; } = new();

    /// <summary>Hash of a version, or how it begins; null for the current one.</summary>
    public string? Version { get; init; }

    /// <summary>The one task that is run without the others; null for the whole DAG.</summary>
    public string? Task { get; init; }
}

/// <summary>A run of a DAG that comes with the request, and need not be published.</summary>
public sealed record TriggerInline
{
    /// <summary>The DAG in its canonical JSON.</summary>
    public required JsonElement Spec { get; init; }

    /// <summary>Manifests of the operators that it uses.</summary>
    public required ImmutableArray<OperatorManifest> Operators { get; init; }

    /// <summary>Hash of its package; null when there is none.</summary>
    public string? Package { get; init; }

    /// <inheritdoc cref="TriggerPublished.Run"/>
    public RunGiven Run { get; init; } = new();

    /// <inheritdoc cref="TriggerPublished.Task"/>
    public string? Task { get; init; }
}

/// <summary>What a run is given.</summary>
public sealed record RunGiven
{
    /// <summary>Its id; null for a new one.</summary>
    public string? RunId { get; init; }

    /// <summary>Its conf, a JSON object; null for none.</summary>
    public JsonElement? Conf { get; init; }

    /// <summary>Labels beside the DAG's own. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Why the run is asked for; null when nothing was said.</summary>
    public string? Note { get; init; }

    /// <summary>What the run is about; null for what the DAG's template says.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>The logical date; null for the time of the trigger.</summary>
    public DateTimeOffset? LogicalDate { get; init; }

    internal TriggerRun SetOn(TriggerRun run, IdempotencyKey key, Access access) => run with { RunId = IdOf(RunId, key, run.Trigger), Conf = Conf, Labels = Labels, Note = Note, BusinessKey = BusinessKey, LogicalDate = LogicalDate, TriggeredBy = access.Name };

    /// <summary>The id that was given, when it can be asked for by a path; else that of the request's key.</summary>
    internal static string? IdOf(string? given, IdempotencyKey key, string kind) => given is null ? key.IdOf(kind) : PathNames.Checked(given);
}

/// <summary>A run is acknowledged.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Dag">Its DAG.</param>
/// <param name="Created">False when a run of this id was there before.</param>
/// <param name="Driven">Whether a process drives it now.</param>
/// <param name="Url">Where it is shown.</param>
/// <param name="WaitUrl">Where it is waited for.</param>
public sealed record RunAccepted(string RunId, string Dag, bool Created, bool Driven, string Url, string WaitUrl);
