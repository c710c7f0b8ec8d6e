using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>What a package holds, as plain JSON: whoever publishes, validates or shows a DAG reads this and loads no code.</summary>
public sealed record PackageDescription
{
    /// <summary>Version of the format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>File name of the author's assembly within <c>bin</c>; null when there is no code.</summary>
    public string? Assembly { get; init; }

    /// <summary>The DAGs written in C#, in their canonical JSON.</summary>
    public ImmutableArray<JsonElement> Dags { get; init; } = [];

    /// <summary>Manifests of the author's own operators.</summary>
    public ImmutableArray<OperatorManifest> Operators { get; init; } = [];
}
