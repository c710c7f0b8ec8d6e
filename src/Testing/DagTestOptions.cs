using Updraft.Embedded;
using Updraft.Operators;

namespace Updraft.Testing;

/// <summary>How a DAG is run in a test.</summary>
public sealed record DagTestOptions
{
    /// <summary>Operators beside the built-in ones; one of the same name takes its place.</summary>
    public IReadOnlyList<IOperator> Operators { get; init; } = [];

    /// <summary>How the data folder is opened; null for a folder of its own that is removed at the end, without waiting for the disk.</summary>
    public EmbeddedOptions? Embedded { get; init; }

    /// <summary>Instances of one map above which it is split into parts; null for the product's 200.</summary>
    public int? PartSize { get; init; }

    /// <summary>Packages that the DAGs name; null for none.</summary>
    public IPackageStore? Packages { get; init; }
}
