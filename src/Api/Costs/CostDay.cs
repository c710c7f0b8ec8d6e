using System.Collections.Immutable;
using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>What was done on a day, by all hosts: a document to which each adds what it has counted.</summary>
internal sealed record CostDay
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    public CostFigures All { get; init; } = CostFigures.None;

    /// <summary>By DAG: its runs, tasks and work. What keeps books is not counted by DAG.</summary>
    public ImmutableSortedDictionary<string, CostFigures> Dags { get; init; } = ImmutableSortedDictionary.Create<string, CostFigures>(StringComparer.Ordinal);

    public const string Days = "costs/";

    public static string PathOf(DateOnly day) => Days + DocumentPath.Of(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public static DateOnly DayOf(string path) => DateOnly.ParseExact(DocumentPath.LastName(path), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public CostDay Plus(CostDay other) => this with
    {
        All = All.Plus(other.All),
        Dags = Dags.SetItems(other.Dags.Select(dag => KeyValuePair.Create(dag.Key, Dags.GetValueOrDefault(dag.Key, CostFigures.None).Plus(dag.Value)))),
    };

    public CostDay Less(CostDay other) => new()
    {
        All = All.Less(other.All),
        Dags = Dags.Select(dag => KeyValuePair.Create(dag.Key, dag.Value.Less(other.Dags.GetValueOrDefault(dag.Key, CostFigures.None)))).Where(dag => !dag.Value.IsNone).ToImmutableSortedDictionary(StringComparer.Ordinal),
    };
}
