using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Updraft.Dags;

/// <summary>
/// What is known of an operator without running it: plain JSON, published beside a DAG, so that whoever validates one needs no code of it.
/// </summary>
public sealed record OperatorManifest
{
    /// <summary>The operator's name in a DAG, as in <c>shell</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How its work is driven.</summary>
    public required OperatorKind Kind { get; init; }

    /// <summary>What it does, in a sentence.</summary>
    public required string Description { get; init; }

    /// <summary>JSON schema of the task's <c>with</c>. Unknown fields are refused unless it allows them.</summary>
    public required JsonElement Fields { get; init; }

    /// <summary>Fields whose strings are taken as they are. In every other field, strings are templates.</summary>
    public ImmutableSortedSet<string> RawFields { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Fields that take the outputs of a mapped task as a stream.</summary>
    public ImmutableSortedSet<string> StreamFields { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Fields that name a file of the DAG's folder.</summary>
    public ImmutableSortedSet<string> FileFields { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Fields that are never shown: their values are replaced wherever a task is shown or logged.</summary>
    public ImmutableSortedSet<string> SecretFields { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Fields of a compute profile that it honours, as in <c>memory_mb</c>; null when it takes any, and uses what it can.</summary>
    public ImmutableSortedSet<string>? Compute { get; init; }

    /// <summary>What a host must have to offer it, as in <c>process</c>. Empty when any host will do.</summary>
    public ImmutableSortedSet<string> Needs { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Holds the rules of fields without templates that no schema can say, where the operator is at hand; throws what is wrong. Null for no such rules.</summary>
    [JsonIgnore]
    public Action<JsonElement>? Check { get; init; }

    /// <summary>What a compute profile asks for and the operator cannot give: the field, and what to say of it.</summary>
    public IEnumerable<(string Field, string Message)> Refused(ComputeProfile compute) => Compute is { } honoured
        ? compute.Asked().Where(field => !honoured.Contains(field)).Select(field => (field, $"operator '{Name}' cannot give '{field}'; of a compute profile it honours {string.Join(", ", honoured)}"))
        : [];
}

/// <summary>How an operator's work is driven.</summary>
public enum OperatorKind
{
    /// <summary>One activity, minutes at most.</summary>
    Run,

    /// <summary>Submitted elsewhere, then checked with backoff; holds no worker while it runs.</summary>
    Job,

    /// <summary>A condition that is looked at until it is true; holds no worker while it waits.</summary>
    Sensor,
}
