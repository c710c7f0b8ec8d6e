using System.Text.RegularExpressions;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Examples.Tests;

/// <summary>What the documentation shows of DAGs is what can be published.</summary>
public sealed partial class DocsTests
{
    // A part of a DAG names params, tasks, files and operators that stand elsewhere.
    private static readonly string[] OfAPart = [DagErrors.UnknownName, DagErrors.NotUpstream, DagErrors.UnknownOperator, DagErrors.BadFile];

    public static TheoryData<string, int> Dags
    {
        get
        {
            var dags = new TheoryData<string, int>();
            foreach (var page in Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md").Append(Repository.PathOf("README.md")).Order(StringComparer.Ordinal))
                foreach (var index in Enumerable.Range(0, DagsOf(page).Count)) dags.Add(Path.GetRelativePath(Repository.Root, page), index);
            return dags;
        }
    }

    [Theory]
    [MemberData(nameof(Dags))]
    public void Yaml_OfADag_HasNoProblemOfItsOwn(string page, int index)
    {
        var yaml = DagsOf(Repository.PathOf(page))[index];
        var read = DagYaml.Read(Name().IsMatch(yaml) ? yaml : "name: shown\n" + yaml);
        var problems = read.Problems.AddRange(read.Dags.SelectMany(dag => DagValidator.Validate(dag.Dag, BuiltInOperators.Catalog.Manifests)));

        Assert.Empty(problems.Where(problem => !OfAPart.Contains(problem.Code)).Select(problem => problem.ToString()));
    }

    private static List<string> DagsOf(string page) => [.. Block().Matches(File.ReadAllText(page)).Select(block => block.Groups[1].Value).Where(yaml => Tasks().IsMatch(yaml))];

    [GeneratedRegex(@"```ya?ml[^\n]*\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^tasks:", RegexOptions.Multiline)]
    private static partial Regex Tasks();

    [GeneratedRegex("^(name|dags):", RegexOptions.Multiline)]
    private static partial Regex Name();
}
