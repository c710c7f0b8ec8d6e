using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags.Tests;

public sealed class FileRulesTests
{
    private static readonly OperatorManifest Script = new()
    {
        Name = "script",
        Kind = OperatorKind.Run,
        Description = "Runs a file.",
        Fields = JsonSerializer.Deserialize<JsonElement>("""{"type":"object","properties":{"file":{"type":"string"}}}"""),
        FileFields = ImmutableSortedSet.Create(StringComparer.Ordinal, "file"),
    };

    [Theory]
    [InlineData("etl/clean.py")]
    [InlineData("./etl/./clean.py")]
    [InlineData("etl/../etl/clean.py")]
    [InlineData("{{ params.file }}.py")]
    public void Validate_FileOfTheFolder_IsFine(string file) => Assert.Empty(Problems(file, "dag.yaml", "etl/clean.py"));

    [Theory]
    [InlineData("etl/claen.py", "did you mean 'etl/clean.py'")]
    [InlineData("../etl/clean.py", "in the DAG's folder")]
    [InlineData("etl", "in the DAG's folder")]
    public void Validate_FileThatIsNotThere_IsRefused(string file, string expected)
    {
        var problem = Assert.Single(Problems(file, "dag.yaml", "etl/clean.py"));

        Assert.Equal((DagErrors.BadOperatorField, "tasks.t.script.file"), (problem.Code, problem.Place.Path));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_DagThatIsAFileAlone_SaysWhatToDo() => Assert.Contains("put it into a folder as dag.yaml", Assert.Single(Problems("clean.py")).Message, StringComparison.Ordinal);

    [Fact]
    public void Validate_FolderNotAtHand_ChecksNoFile() => Assert.Empty(DagValidator.Validate(Dag("clean.py"), [Script]));

    [Fact]
    public void Validate_CallbackWithAFileThatIsNotThere_IsRefused()
    {
        var callback = new CallbackSpec { Operator = "script", With = With("tell.py") };
        var dag = Dag("dag.yaml") with { Callbacks = new Callbacks { OnFailure = [callback] } };

        Assert.Contains("tell.py", Assert.Single(DagValidator.Validate(dag, [Script], files: ["dag.yaml"])).Message, StringComparison.Ordinal);
    }

    private static ImmutableArray<Problem> Problems(string file, params string[] files)
    {
        var dag = Dag(file);
        return DagValidator.Validate(file.Contains("params", StringComparison.Ordinal) ? dag with { Params = dag.Params.Add("file", new ParamSpec()) } : dag, [Script], files: files);
    }

    private static DagSpec Dag(string file) => new() { Name = "d", Tasks = [new TaskSpec { Id = "t", Operator = "script", With = With(file) }] };

    private static JsonElement With(string file) => JsonSerializer.SerializeToElement(new { file });
}
