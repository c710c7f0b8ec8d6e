using Updraft.Dags;

namespace Updraft.Crashes;

/// <summary>DAGs of tests, in YAML.</summary>
internal static class Dag
{
    public static DagSpec Of(string tasks, string fields = "")
    {
        var read = DagYaml.Read($"name: d\n{fields}\ntasks:\n{tasks}");
        return read.Problems.IsEmpty ? read.Dags[0].Dag : throw new InvalidOperationException(string.Join("\n", read.Problems));
    }
}
