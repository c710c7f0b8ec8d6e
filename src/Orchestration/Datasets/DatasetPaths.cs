namespace Updraft.Orchestration;

/// <summary>Where datasets lie: all of one under its name.</summary>
public static class DatasetPaths
{
    /// <summary>Under it, all datasets.</summary>
    public const string All = "datasets/";

    /// <summary>An event by its id: the document that is the truth of it.</summary>
    public static string Event(string dataset, string id) => All + DocumentPath.Of(dataset, "ids", id);

    /// <summary>Under it, the events of a dataset by time, newest first.</summary>
    public static string Events(string dataset) => All + DocumentPath.Of(dataset, "events");

    /// <summary>An event by its time.</summary>
    public static string Event(string dataset, DateTimeOffset at, string id) => Events(dataset) + DocumentPath.Of(DocumentPath.NewestFirst(at), id);

    /// <summary>Under it, the last event of each partition.</summary>
    public static string Partitions(string dataset) => All + DocumentPath.Of(dataset, "partitions");

    /// <summary>The last event of a partition, or of the whole.</summary>
    public static string Latest(string dataset, string? partition) => partition is null ? All + DocumentPath.Of(dataset, "latest") : Partitions(dataset) + DocumentPath.Of(partition);

    /// <summary>Under it, the DAGs that listen to a dataset: the last name of each path is the DAG's.</summary>
    public static string Listeners(string dataset) => All + DocumentPath.Of(dataset, "listeners");
}
