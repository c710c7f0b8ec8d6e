using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>What a <see cref="RunState"/> is the state of, and what it must know to ask for attempts.</summary>
internal sealed record RunScope
{
    public required string RunId { get; init; }

    /// <summary>The name under which the DAG is published, by which ledgers are named; null for its own name.</summary>
    public string? Dag { get; init; }

    public required string DagHash { get; init; }

    /// <summary>The actor whose state it is: where answers come to.</summary>
    public required ActorId Self { get; init; }

    /// <summary>Path of the run's documents, under which items and parts lie.</summary>
    public required string RunPath { get; init; }

    /// <summary>The workers of the run.</summary>
    public string Lane { get; init; } = "default";

    /// <summary>What is known of the operators, for parts.</summary>
    public ImmutableSortedDictionary<string, OperatorTraits> Operators { get; init; } = ImmutableSortedDictionary.Create<string, OperatorTraits>(StringComparer.Ordinal);

    /// <summary>Attempts at work at once; null for no limit.</summary>
    public int? MaxActiveTasks { get; init; }

    /// <summary>Instances of one map above which it is split into parts; a part itself never splits.</summary>
    public int PartSize { get; init; } = DefaultPartSize;

    /// <inheritdoc cref="RunRequest.Root"/>
    public string? Root { get; init; }

    /// <summary>The run before, for tasks that depend on it; null for none.</summary>
    public string? Previous { get; init; }

    /// <summary>The run's logical date, from which due times may count.</summary>
    public DateTime LogicalDate { get; init; }

    /// <summary>For a part: what it owns. Null for a whole run.</summary>
    public PartRequest? Part { get; init; }

    /// <summary>Names given to the orchestrations of jobs and parts.</summary>
    public ImmutableSortedDictionary<string, string> Tags => RunTags.Of(RunId, Root);

    public const int DefaultPartSize = 200;

    /// <summary>The scope of a whole run.</summary>
    public static RunScope Of(RunRequest request, RunPlan plan, ActorId self, int partSize) => new()
    {
        RunId = request.RunId,
        Dag = request.Dag,
        DagHash = request.DagHash,
        Self = self,
        RunPath = self.Path,
        Lane = plan.Spec.Lane,
        Operators = request.Operators,
        MaxActiveTasks = plan.Spec.MaxActiveTasks,
        PartSize = partSize,
        Root = request.Root,
        Previous = request.Previous,
        LogicalDate = request.LogicalDate.UtcDateTime,
    };
}
