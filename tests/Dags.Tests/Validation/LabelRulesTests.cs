namespace Updraft.Dags.Tests;

/// <summary>Labels of a DAG are templates that are made before there is a run.</summary>
public sealed class LabelRulesTests
{
    [Theory]
    [InlineData("{{ ds }}", DagErrors.NotReadable, "they read params and conf")]
    [InlineData("{{ secrets.k }}", DagErrors.NotReadable, "they read params and conf")]
    [InlineData("{{ params.none }}", DagErrors.UnknownName, "no param")]
    [InlineData("{{ params. }}", TemplateErrors.Syntax, "")]
    public void Validate_LabelThatCannotBeMade_IsRefused(string value, string code, string says)
    {
        var problem = Assert.Single(Check(value));

        Assert.Equal((code, "labels.region"), (problem.Code, problem.Place.Path));
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_FixedLabelThatIsTooLong_IsRefused() => Assert.Equal(DagErrors.OutOfRange, Assert.Single(Check(new string('x', 257))).Code);

    [Theory]
    [InlineData("{{ params.region }}")]
    [InlineData("of {{ conf.region | default(\"a long text that is judged when it is rendered, and not before, however long it may be\") }}, of {{ conf.region | default(\"a long text that is judged when it is rendered, and not before, however long it may be\") }}, of {{ conf.region | default(\"a long text that is judged when it is rendered, and not before, however long it may be\") }}")]
    [InlineData("")]
    public void Validate_LabelOfParamsAndConf_IsSound(string value) => Assert.Empty(Check(value));

    private static System.Collections.Immutable.ImmutableArray<Problem> Check(string value) =>
        DagValidator.Validate(Assert.Single(DagYaml.Read($"name: d\nparams: {{region: {{}}}}\nlabels: {{region: '{value}'}}\ntasks: {{t: {{shell: {{script: x}}}}}}\n").Dags).Dag);
}
