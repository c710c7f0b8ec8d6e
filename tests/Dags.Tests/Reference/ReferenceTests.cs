using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Updraft.Dags.Tests;

/// <summary>Holds the published schema, the reference page, the table of fields and the code to each other.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string Docs = Repository.PathOf("docs");
    private static readonly string Page = File.ReadAllText(Path.Combine(Docs, "dag-reference.md"));

    /// <summary>With UPDRAFT_SNAPSHOTS=1 the file is written anew.</summary>
    [Fact]
    public void Schema_Published_IsWhatTheCodeMakes()
    {
        var file = Path.Combine(Docs, "dag.schema.json");
        if (Snapshots.AreWritten) File.WriteAllText(file, DagSchema.Text);
        Assert.Equal(DagSchema.Text, File.ReadAllText(file));
    }

    [Fact]
    public void Reference_TablesOfFields_AreWhatTheCodeSays()
    {
        foreach (var shape in DagShapes.All)
        {
            foreach (var field in shape.Fields)
            {
                var row = $"| `{field.Name}` | {field.Type.Words} | {field.Default ?? "**required**"} | {field.Doc} |";
                Assert.True(Section(shape.Name).Contains(row, StringComparison.Ordinal), $"docs/dag-reference.md, section '{shape.Name}', lacks the row\n{row}");
            }
        }
    }

    [Fact]
    public void Reference_Rows_AreAllFields()
    {
        foreach (var name in DagShapes.All.Select(shape => shape.Name).Distinct())
        {
            var documented = FieldRow().Matches(Section(name)).Select(row => row.Groups[1].Value);
            Assert.Equal(DagShapes.All.Where(shape => shape.Name == name).SelectMany(shape => shape.Fields).Select(field => field.Name), documented);
        }
    }

    /// <summary>Every public member with which an author writes a DAG in C# is named in the C# part of the reference.</summary>
    [Fact]
    public void Reference_BuilderCalls_AreAllNamed()
    {
        var builder = Section("csharp");
        var missing = new[] { typeof(DagBuilder), typeof(TaskNode), typeof(GroupNode), typeof(SingleNode), typeof(TaskScopes), typeof(IDagSource) }
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(member => member is PropertyInfo or MethodInfo { IsSpecialName: false } && member.Name is not ("ToString" or "GetEnumerator"))
            .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(member => member.Name)
            .Distinct()
            .Where(name => !Regex.IsMatch(builder, $@"`[^`]*\b{name}\b"))
            .ToList();
        Assert.Empty(missing);
    }

    [Fact]
    public void Reference_Limits_AreThoseOfTheCode()
    {
        var limits = Section("limits");
        foreach (var limit in new[] { YamlLimits.FileBytes / 1024, YamlLimits.Depth, YamlLimits.Nodes, YamlLimits.Aliases, YamlLimits.Files, YamlLimits.Includes, YamlLimits.Instances, DagJson.MaxBytes / 1024 })
            Assert.Matches($@"\| {limit}\b", limits);
    }

    /// <summary>The examples of the page are sound, and say the same in both languages.</summary>
    [Fact]
    public void Reference_YamlExamples_CanBeRead()
    {
        var examples = YamlBlock().Matches(Page).Select(block => block.Groups[1].Value).ToList();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var read = DagYaml.Read(new TextFiles(("dag.yaml", example), ("report.sh", "x"), ("customers.yaml", "[{customer: acme, size: 1}]")));
            Assert.Empty(read.Problems);
            Assert.All(read.Dags, document => Assert.Empty(DagValidator.Validate(document.Dag, null, document.Sources)));
        }
        Assert.Equal(DagJson.Hash(new NightlyExample().Define()), DagJson.Hash(DagYaml.Read(examples[0]).Dags.Single().Dag));
    }

    [Fact]
    public void Reference_CSharpExample_IsTheOneThatCompiles()
    {
        var source = File.ReadAllText(Repository.PathOf("tests", "Dags.Tests", "Reference", "NightlyExample.cs"));
        var example = CSharpBlock().Match(Page).Groups[1].Value.Trim();
        Assert.Contains(example, source, StringComparison.Ordinal);
    }

    /// <summary>What the reader asks for and what the table lists are the same, for each kind of mapping.</summary>
    [Fact]
    public void Schema_Fields_AreThoseThatTheReaderTakes()
    {
        foreach (var (shape, yaml) in new[]
        {
            (DagShapes.Dag, "nope: 1"),
            (DagShapes.Param, "name: d\ntasks: {}\nparams: {p: {nope: 1}}"),
            (DagShapes.Schedule, "name: d\ntasks: {}\nschedule: {nope: 1}"),
            (DagShapes.Datasets, "name: d\ntasks: {}\nschedule: {datasets: {nope: 1}}"),
            (DagShapes.Due, "name: d\ntasks: {}\ndue: {nope: 1}"),
            (DagShapes.Retention, "name: d\ntasks: {}\nretention: {nope: 1}"),
            (DagShapes.Callback, "name: d\ntasks: {}\non_late: {shell: {}, nope: 1}"),
            (DagShapes.Produces, "name: d\ntasks: {t: {produces: {dataset: x, nope: 1}, shell: {}}}"),
            (DagShapes.Group, "name: d\ntasks: {g: {tasks: {}, nope: 1}}"),
            (DagShapes.Map, "name: d\ntasks: {t: {map: {over: [], nope: 1}, shell: {}}}"),
            (DagShapes.Teardown, "name: d\ntasks: {t: {teardown: {nope: 1}, shell: {}}}"),
            (DagShapes.Limit, "name: d\ntasks: {t: {limit: {key: x, max: 1, nope: 1}, shell: {}}}"),
            (DagShapes.Compute, "name: d\ntasks: {t: {compute: {nope: 1}, shell: {}}}"),
        })
        {
            var unknown = Assert.Single(DagYaml.Read(yaml).Problems, problem => problem.Code == DagErrors.UnknownField).Message;
            if (unknown.Contains("known are ", StringComparison.Ordinal))
                Assert.Equal(shape.Fields.Select(field => field.Name).Order(StringComparer.Ordinal), unknown[(unknown.IndexOf("known are ", StringComparison.Ordinal) + 10)..].Split(", "));
        }
    }

    private static string Section(string name)
    {
        var start = Page.IndexOf($"<a id=\"{name}\"></a>", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/dag-reference.md has no section '{name}'");
        var end = Page.IndexOf("<a id=", start + 1, StringComparison.Ordinal);
        return end < 0 ? Page[start..] : Page[start..end];
    }

    [GeneratedRegex(@"^\| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex FieldRow();

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
