using Updraft.Dags;

namespace Updraft.Api;

/// <summary>That a dataset has landed.</summary>
/// <param name="Dataset">Which.</param>
/// <param name="Partition">Which part of it; null for the whole.</param>
/// <param name="Id">Names the cause, so that a report repeated with it counts once; null for one that is like no other.</param>
public sealed record DatasetReport(string Dataset, string? Partition = null, string? Id = null)
{
    internal DatasetOutput ToOutput() => new(Dataset, Partition);
}
