namespace Updraft.Dags;

/// <summary>Where the parts of a DAG stand in its files, by path in the DAG, as in <c>tasks.fit.retries</c>.</summary>
public sealed class SourceMap
{
    private readonly Dictionary<string, Origin> _origins = new(StringComparer.Ordinal);

    /// <summary>Nothing is known: the DAG came from no file.</summary>
    public static SourceMap None { get; } = new();

    /// <summary>The place of a path: its own line, else that of the nearest part around it that has one.</summary>
    public Place Find(string path)
    {
        for (var around = path; ; around = Around(around))
        {
            if (_origins.TryGetValue(around, out var origin)) return origin.At(path);
            if (around.Length == 0) return new Place(path);
        }
    }

    internal void Add(string path, Origin origin)
    {
        if (origin.File is not null) _origins.TryAdd(path, origin);
    }

    private static string Around(string path) => path.LastIndexOfAny(['.', '[']) is var end and >= 0 ? path[..end] : "";
}
