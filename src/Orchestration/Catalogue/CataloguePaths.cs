using System.Globalization;

namespace Updraft.Orchestration;

/// <summary>Where the catalogue lies.</summary>
public static class CataloguePaths
{
    /// <summary>Under it, a document for each published DAG.</summary>
    public const string All = "catalogue/";

    /// <summary>The one document of a published DAG (<see cref="PublishedDag"/>).</summary>
    public static string Of(string name) => All + DocumentPath.Of(name);

    /// <summary>Under it, the versions of all DAGs.</summary>
    public const string AllVersions = "versions/";

    /// <summary>Under it, the versions of a DAG, newest first (<see cref="PublishedVersion"/>).</summary>
    public static string Versions(string name) => AllVersions + DocumentPath.Of(name);

    /// <summary>A version of a DAG.</summary>
    public static string Version(string name, int number) => Versions(name) + (int.MaxValue - number).ToString("D10", CultureInfo.InvariantCulture) + "/";

    /// <summary>Under it, the DAGs that listen to a dataset: the last name of each path is the DAG's (<see cref="DatasetListener"/>).</summary>
    public static string Listeners(string dataset) => "datasets/" + DocumentPath.Of(dataset, "listeners");

    /// <summary>That a DAG listens to a dataset.</summary>
    public static string Listener(string dataset, string dag) => Listeners(dataset) + DocumentPath.Of(dag);
}

/// <summary>That a DAG listens to a dataset.</summary>
/// <param name="Dag">The DAG.</param>
/// <param name="Sequence">The change of its catalogue entry that made it so.</param>
public sealed record DatasetListener(string Dag, long Sequence);
