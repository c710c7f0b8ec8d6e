using System.Collections.Immutable;
using System.Text;

namespace Updraft.Dags;

/// <summary>DAGs in YAML: one file, or a folder's <c>dag.yaml</c> and what it refers to. The form is in <c>docs/dag-reference.md</c>.</summary>
public static class DagYaml
{
    /// <summary>The file of a folder with which reading begins.</summary>
    public const string MainFile = "dag.yaml";

    /// <summary>Reads the DAGs of a file. Never fails for what the files hold: that is a problem of the answer.</summary>
    /// <param name="files">The folder.</param>
    /// <param name="file">Path of the file in it.</param>
    public static DagYamlResult Read(IDagFiles files, string file = MainFile)
    {
        var problems = new List<Problem>();
        var dags = ImmutableArray.CreateBuilder<DagDocument>();
        try
        {
            var folder = new DagFolder(files, problems);
            var root = folder.Tree(file, new Place("", file));
            if (problems.Count == 0) ReadAll(folder, root, file, dags, problems);
        }
        catch (YamlStop stop)
        {
            problems.Add(stop.Problem);
        }
        return new DagYamlResult(problems.Count == 0 ? dags.ToImmutable() : [], [.. problems.Distinct()]);
    }

    /// <summary>Reads the DAGs of one text that refers to no other file.</summary>
    public static DagYamlResult Read(string text, string file = MainFile) => Read(new OneFile(file, text), file);

    private static void ReadAll(DagFolder folder, TreeNode root, string file, ImmutableArray<DagDocument>.Builder dags, List<Problem> problems)
    {
        var instances = DagInstances.Of(root, folder, file, problems);
        foreach (var values in instances)
        {
            if (problems.Count > 0) return;
            var template = root is TreeMap map && values is not null ? map.Without(DagInstances.Key) : root;
            var tree = new TreeExpansion(folder, values, problems).Expand(template, "", file);
            if (tree.Depth > YamlLimits.Depth) throw YamlStop.At(DagErrors.TooLarge, "", root.Origin, $"with the included files, the nesting is deeper than {YamlLimits.Depth} levels");
            var context = new DagReadContext();
            var dag = DagReader.Read(tree is TreeMap whole ? TaskDefaults.Apply(whole, context) : tree, context);
            problems.AddRange(context.Problems);
            if (dag is null) continue;
            if (dags.FirstOrDefault(other => other.Dag.Name == dag.Name) is not null)
                problems.Add(new Problem(DagErrors.Duplicate, context.Sources.Find("name"), $"two instances are both named '{dag.Name}'; put a value into the name, as in name: {dag.Name}-<< customer >>"));
            dags.Add(new DagDocument(dag, context.Sources));
        }
    }

    private sealed class OneFile(string file, string text) : IDagFiles
    {
        public Stream? Open(string path) => path == file ? new MemoryStream(Encoding.UTF8.GetBytes(text)) : null;
    }
}

/// <summary>A DAG and where its parts stand.</summary>
/// <param name="Dag">The DAG.</param>
/// <param name="Sources">The lines of its parts.</param>
public sealed record DagDocument(DagSpec Dag, SourceMap Sources);

/// <summary>What was read: DAGs or problems, never both.</summary>
/// <param name="Dags">The DAGs in order; empty when anything is wrong.</param>
/// <param name="Problems">What is wrong with the form of the files; what the DAGs mean is not checked.</param>
public sealed record DagYamlResult(ImmutableArray<DagDocument> Dags, ImmutableArray<Problem> Problems);
