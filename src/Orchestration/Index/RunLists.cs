using System.Security.Cryptography;
using System.Text;

namespace Updraft.Orchestration;

/// <summary>
/// Where the lists of runs lie. In each, a run has the same key: its time, newest first, and its id; so a page of any of them goes on from a key.
/// Those of all runs and of a DAG hold entries that are kept up to date; all others hold pointers, written once, that only say where to look.
/// </summary>
internal static class RunLists
{
    public const string All = "index/runs/";
    public const string Dags = "index/dags/";

    private const string Keys = "index/keys/";
    private const string Labels = "index/labels/";
    private const string Conf = "index/conf/";
    private const string States = "index/states/";
    private const string DagStates = "index/dag-states/";
    private const int LongestName = 80;

    public static string OfDag(string dag) => Dags + DocumentPath.Of(dag);

    public static string OfKey(string businessKey) => Keys + DocumentPath.Of(businessKey);

    public static string OfLabel(string name, string value) => Labels + DocumentPath.Of(name, Bounded("=" + value));

    public static string OfConf(string param, string term) => Conf + DocumentPath.Of(param, Bounded(term));

    /// <summary>Runs that are in a state, or were when they were put there.</summary>
    public static string OfState(RunStatus state) => States + DocumentPath.Of(NameOf(state));

    /// <inheritdoc cref="OfState(RunStatus)"/>
    public static string OfState(string dag, RunStatus state) => DagStates + DocumentPath.Of(dag, NameOf(state));

    public static bool IsOfState(string list) => list.StartsWith(States, StringComparison.Ordinal) || list.StartsWith(DagStates, StringComparison.Ordinal);

    public static string KeyOf(RunIndexEntry entry) => DocumentPath.Of(DocumentPath.NewestFirst(entry.CreatedAt), entry.RunId);

    /// <summary>Lists whose entries are kept up to date.</summary>
    public static string[] Full(RunIndexEntry entry) => [All, OfDag(entry.Dag)];

    /// <summary>Lists of what does not change with the run's state.</summary>
    public static IEnumerable<string> Facts(RunIndexEntry entry)
    {
        if (entry.BusinessKey is { } key) yield return OfKey(key);
        foreach (var (name, value) in entry.Labels ?? RunFilter.NoLabels) yield return OfLabel(name, value);
        foreach (var (param, term) in entry.Conf ?? RunFilter.NoLabels) yield return OfConf(param, term);
    }

    /// <summary>
    /// Lists of a state: what people look for among many. A run that succeeded is in none, as most do: the lists of all and of its DAG are nearly that.
    /// What is under way is in one list over all DAGs, which is never long; what failed, which adds up, in one of its DAG too.
    /// </summary>
    public static string[] Of(RunIndexEntry entry, RunStatus state) => state switch
    {
        RunStatus.Queued or RunStatus.Running => [OfState(state)],
        RunStatus.Paused => [OfState(RunStatus.Running)],
        RunStatus.Failed or RunStatus.Cancelled => [OfState(state), OfState(entry.Dag, state)],
        _ => [],
    };

    private static string NameOf(RunStatus state) => state.ToString().ToLowerInvariant();

    // A path has a limit in every store. What is cut is told apart by its checksum, and readers look at the value itself.
    private static string Bounded(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= LongestName) return name;
        var cut = LongestName / 4;
        return string.Concat(name.AsSpan(0, char.IsHighSurrogate(name[cut - 1]) ? cut - 1 : cut), "~", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 12)));
    }
}
