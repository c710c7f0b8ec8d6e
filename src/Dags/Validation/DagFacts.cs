using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>What the rules ask of a DAG, looked up once, and the list they report to.</summary>
internal sealed class DagFacts(DagSpec dag, IReadOnlyCollection<OperatorManifest>? operators, SourceMap sources)
{
    private readonly Dictionary<string, TaskSpec> _tasks = First(dag.Tasks, task => task.Id);
    private readonly Dictionary<string, GroupSpec> _groups = First(dag.Groups, group => group.Id);
    private readonly Dictionary<string, OperatorManifest>? _operators = operators?.ToDictionary(manifest => manifest.Name, StringComparer.Ordinal);

    public DagSpec Dag => dag;

    public DagGraph Graph { get; } = new(dag);

    public List<Problem> Problems { get; } = [];

    public IEnumerable<string> Ids => _tasks.Keys.Concat(_groups.Keys);

    /// <summary>Names of the operators offered; null when that is not known.</summary>
    public IEnumerable<string>? Operators => _operators?.Keys;

    public bool IsTask(string id) => _tasks.ContainsKey(id);

    public bool IsGroup(string id) => _groups.ContainsKey(id);

    public TaskSpec Task(string id) => _tasks[id];

    public OperatorManifest? Manifest(string name) => _operators?.GetValueOrDefault(name);

    /// <summary>Full ids of the mapped groups around, the outermost first; of the id itself last when it is mapped.</summary>
    public ImmutableArray<string> Regions(string? id)
    {
        var regions = ImmutableArray.CreateBuilder<string>();
        for (var at = id; at is not null; at = Around(at))
        {
            if ((_tasks.GetValueOrDefault(at)?.Map ?? _groups.GetValueOrDefault(at)?.Map) is not null) regions.Insert(0, at);
        }
        return regions.ToImmutable();
    }

    public void Report(string code, string path, string message) => Problems.Add(new Problem(code, sources.Find(path), message));

    private static string? Around(string id) => TaskNames.Parent(id);

    private static Dictionary<string, T> First<T>(IEnumerable<T> all, Func<T, string> id) => all.DistinctBy(id).ToDictionary(id, StringComparer.Ordinal);
}
