namespace Updraft.Dags;

/// <summary>What reading gathers besides the DAG: problems, and where everything stands.</summary>
internal sealed class DagReadContext
{
    public List<Problem> Problems { get; } = [];

    public SourceMap Sources { get; } = new();

    public void Report(string code, string path, Origin origin, string message) => Problems.Add(new Problem(code, origin.At(path), message));
}
