namespace Updraft.Dags;

/// <summary>Reading cannot go on. Never leaves <see cref="DagYaml"/>.</summary>
internal sealed class YamlStop(Problem problem) : Exception(problem.Message)
{
    public Problem Problem { get; } = problem;

    public static YamlStop At(string code, string path, Origin origin, string message) => new(new Problem(code, origin.At(path), message));
}
