namespace Updraft.Dags.Tests;

public sealed class TemplateTests
{
    private readonly FixedScope _scope = new()
    {
        ["params.day"] = "monday",
        ["params.count"] = 3,
        ["params.nothing"] = null,
        ["params"] = new { day = "monday", count = 3 },
        ["tasks.list.output"] = new[] { new { code = "SEA" }, new { code = "JFK" } },
        ["item"] = new Dictionary<string, object> { ["customer"] = "acme", ["a.b"] = 7, ["nested"] = new { deep = new[] { 1, 2, 3 } } },
        ["logical_date"] = "2026-03-29T01:30:00Z",
    };

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("", "\"\"")]
    [InlineData("{{ params.count }}", "3")]
    [InlineData("{{params.count}}", "3")]
    [InlineData("{{ params.nothing }}", "null")]
    [InlineData("{{ true }}", "true")]
    [InlineData("{{ -1.50 }}", "-1.50")]
    [InlineData("{{ 'text' }}", "\"text\"")]
    [InlineData("""{{ "it's \"so\"" | length }}""", "9")]
    [InlineData("""{{ 'a\nb\\' | length }}""", "4")]
    [InlineData("{{ item['a.b'] }}", "7")]
    [InlineData("{{ item.nested.deep[0] }}", "1")]
    [InlineData("{{ item['nested'].deep[-1] }}", "3")]
    [InlineData("{{ tasks.list.output[1].code }}", "\"JFK\"")]
    [InlineData("{{ (tasks.list.output | first).code }}", "\"SEA\"")]
    [InlineData("{{ ds }}", "\"2026-03-29\"")]
    public void Evaluate_OneExpression_YieldsItsOwnValue(string template, string json) => Assert.Equal(json, _scope.Json(template));

    [Theory]
    [InlineData("a {{ params.day }} b", "a monday b")]
    [InlineData("{{ params.day }}{{ params.count }}", "monday3")]
    [InlineData(" {{ params.count }}", " 3")]
    [InlineData("{{ params }}!", """{"day":"monday","count":3}!""")]
    [InlineData("{{ '{{' }} x }}", "{{ x }}")]
    [InlineData("{{ '}}' }}.", "}}.")]
    [InlineData("day={{ ds }}", "day=2026-03-29")]
    public void Evaluate_MixedText_YieldsString(string template, string text) => Assert.Equal(text, _scope.Text(template));

    [Fact]
    public void Evaluate_OneExpressionYieldingList_IsTheList() => Assert.Equal("""[{"code":"SEA"},{"code":"JFK"}]""", _scope.Json("{{ tasks.list.output }}"));

    [Theory]
    [InlineData("{{ params.x }}", "'params.x' has no value", 4)]
    [InlineData("ab {{ secrets.TOKEN }}", "'secrets.TOKEN' has no value", 7)]
    [InlineData("{{ item.customer.name }}", "there is no member 'name' in a string", 17)]
    [InlineData("{{ tasks.list.output[2] }}", "there is no element 2 in a list of 2", 21)]
    [InlineData("{{ params.x | upper }}", "'params.x' has no value", 4)]
    [InlineData("{{ params.day | default(params.x) }}x{{ params.y }}", "'params.y' has no value", 41)]
    public void Evaluate_UnknownName_FailsAndNamesIt(string template, string message, int position)
    {
        var failure = _scope.Failure(template);
        Assert.Equal(TemplateErrors.UnknownName, failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal(position, failure.Position);
    }

    [Fact]
    public void Evaluate_NullWithinText_Fails() => Assert.Equal(TemplateErrors.BadValue, _scope.Failure("x{{ params.nothing }}").Code);

    [Theory]
    [InlineData("{{ params.x | default('y') }}", "\"y\"")]
    [InlineData("{{ params.nothing | default(1) }}", "1")]
    [InlineData("{{ params.count | default(1) }}", "3")]
    [InlineData("{{ item.a.b.c | default(null) }}", "null")]
    [InlineData("{{ params.x | default(params.y | default(params.day)) | upper }}", "\"MONDAY\"")]
    public void Evaluate_MissingOrNullWithDefault_YieldsDefault(string template, string json) => Assert.Equal(json, _scope.Json(template));

    [Theory]
    [InlineData("{{", 1)]
    [InlineData("{{ params.x", 1)]
    [InlineData("{{ params.x }", 13)]
    [InlineData("{{ }}", 4)]
    [InlineData("{{ params.x y }}", 13)]
    [InlineData("{{ params. }}", 11)]
    [InlineData("{{ params[x] }}", 11)]
    [InlineData("{{ params['x }}", 11)]
    [InlineData("{{ 'x }}", 4)]
    [InlineData("""{{ '\x' }}""", 6)]
    [InlineData("{{ 1.2.3 }}", 4)]
    [InlineData("{{ params.x | }}", 15)]
    [InlineData("{{ params.x | upper(1) }}", 15)]
    [InlineData("{{ params.x | default }}", 15)]
    [InlineData("{{ (params.x }}", 14)]
    [InlineData("{{ tasks.a }}", 4)]
    [InlineData("{{ tasks.a['k'].outputs }}", 4)]
    [InlineData("{{ tasks.output }}", 4)]
    [InlineData("{{ map.item }}", 4)]
    [InlineData("{{ run.x }}", 4)]
    [InlineData("{{ task.x }}", 4)]
    [InlineData("{{ secrets }}", 4)]
    [InlineData("{{ data_interval }}", 4)]
    public void Parse_Malformed_FailsWithPosition(string template, int position)
    {
        var failure = Assert.Throws<TemplateException>(() => Template.Parse(template));
        Assert.Equal(TemplateErrors.Syntax, failure.Code);
        Assert.Equal(position, failure.Position);
        Assert.EndsWith($"(at character {position})", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ parms.x }}", "there is no root 'parms'; the roots are about, conf, data_interval, ")]
    [InlineData("{{ ds | uper }}", "there is no filter 'uper'; the filters are add, add_months, ")]
    public void Parse_UnknownRootOrFilter_NamesItAndTheKnown(string template, string message)
    {
        var failure = Assert.Throws<TemplateException>(() => Template.Parse(template));
        Assert.Equal(TemplateErrors.UnknownName, failure.Code);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("{ x }", false)]
    [InlineData("a {{ x", true)]
    public void HasExpressions_AnyText_TellsWhetherItIsATemplate(string text, bool expected) => Assert.Equal(expected, Template.HasExpressions(text));

    [Theory]
    [InlineData("{{ ds }}", true)]
    [InlineData("{{ ds }} ", false)]
    [InlineData("{{ ds }}{{ ds }}", false)]
    [InlineData("ds", false)]
    public void IsExpression_OnlyOneExpression_IsTrue(string text, bool expected) => Assert.Equal(expected, Template.Parse(text).IsExpression);

    [Theory]
    [InlineData("{{ tasks.fit.outputs }}", "tasks.fit.outputs")]
    [InlineData("{{ (item) }}", "item")]
    [InlineData("{{ tasks.fit.outputs[0] }}", null)]
    [InlineData("{{ tasks.fit.outputs | first }}", null)]
    [InlineData("{{ ds }}", null)]
    [InlineData("{{ item }} ", null)]
    [InlineData("item", null)]
    public void AsReference_OnlyABareReference_IsIt(string template, string? reference) => Assert.Equal(reference, Template.Parse(template).AsReference?.ToString());

    [Fact]
    public void Parse_LongestText_IsReadAndALongerOneRefused()
    {
        Assert.Equal(TemplateLimits.Text, _scope.Text(new string('x', TemplateLimits.Text)).Length);
        Assert.Equal(TemplateErrors.Limit, _scope.Failure(new string('x', TemplateLimits.Text + 1)).Code);
    }

    [Fact]
    public void Parse_DeepestNesting_IsReadAndADeeperOneRefused()
    {
        static string Nested(int depth) => "{{ " + new string('(', depth - 1) + "1" + new string(')', depth - 1) + " }}";
        Assert.Equal("1", _scope.Json(Nested(TemplateLimits.Depth)));
        Assert.Equal(TemplateErrors.Limit, _scope.Failure(Nested(TemplateLimits.Depth + 1)).Code);
        Assert.Equal(TemplateErrors.Limit, _scope.Failure("{{ " + string.Concat(Enumerable.Repeat("1|default(", 5000))).Code);
    }

    [Fact]
    public void Evaluate_ManyFiltersAndMembersInARow_NeedNoStack()
    {
        Assert.Equal("\"X\"", _scope.Json("{{ 'x'" + string.Concat(Enumerable.Repeat("|upper", 10_000)) + "}}"));
        Assert.Equal("0", _scope.Json("{{ item" + string.Concat(Enumerable.Repeat(".a", 20_000)) + "|default(0)}}"));
    }

    [Fact]
    public void Evaluate_ResultOverTheLimit_Fails()
    {
        var big = new FixedScope { ["params.big"] = new string('x', 600_000), ["params.list"] = Enumerable.Repeat("x", 2_000) };
        Assert.Equal(TemplateErrors.Limit, big.Failure("{{ params.big }}{{ params.big }}").Code);
        Assert.Equal(TemplateErrors.Limit, big.Failure($"{{{{ params.big | replace('x', '{new string('y', 60_000)}') }}}}").Code);
        Assert.Equal(TemplateErrors.Limit, big.Failure($"{{{{ params.list | join('{new string('y', 60_000)}') }}}}").Code);
    }
}
