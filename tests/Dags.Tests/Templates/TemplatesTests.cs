using System.Text.Json;

namespace Updraft.Dags.Tests;

public sealed class TemplatesTests
{
    private static readonly JsonElement With = JsonSerializer.Deserialize<JsonElement>("""
        {"script": "echo {{ not ours }}", "env": {"DAY": "{{ ds }}", "a.b": "x{{ params.n }}", "PLAIN": "p"}, "args": ["-n", "{{ params.n }}"], "n": 1.50, "raw": {"script": "{{ ds }}"}}
        """);

    private static readonly HashSet<string> Raw = ["script"];

    [Fact]
    public void In_Object_FindsEveryTemplateButThoseOfRawFields() => Assert.Equal(
        [new("env.DAY", "{{ ds }}"), new("env['a.b']", "x{{ params.n }}"), new("args[1]", "{{ params.n }}"), new TemplateString("raw.script", "{{ ds }}")],
        Templates.In(With, Raw).AsEnumerable());

    [Fact]
    public void In_BareString_HasEmptyPath() =>
        Assert.Equal([new TemplateString("", "{{ ds }}")], Templates.In(JsonSerializer.SerializeToElement("{{ ds }}")).AsEnumerable());

    [Fact]
    public void Render_Object_EvaluatesAllButRawFields()
    {
        var scope = new FixedScope { ["logical_date"] = "2026-01-02T00:00:00Z", ["params.n"] = 3 };
        var rendered = Templates.Render(With, scope, Raw);
        var expected = """{"script":"echo {{ not ours }}","env":{"DAY":"2026-01-02","a.b":"x3","PLAIN":"p"},"args":["-n",3],"n":1.50,"raw":{"script":"2026-01-02"}}""";
        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(expected), rendered), rendered.GetRawText());
    }

    [Fact]
    public void Render_FailureWithin_NamesThePath()
    {
        var failure = Assert.Throws<TemplateException>(() => Templates.Render(With, new FixedScope { ["logical_date"] = "2026-01-02" }, Raw));
        Assert.StartsWith("env['a.b']: 'params.n' has no value", failure.Message, StringComparison.Ordinal);
        Assert.Equal((TemplateErrors.UnknownName, 5), (failure.Code, failure.Position));
    }

    [Fact]
    public void Render_ValueThatHoldsBraces_IsNotRenderedAgain()
    {
        var scope = new FixedScope { ["params.n"] = "{{ secrets.TOKEN }}" };
        Assert.Equal("{{ secrets.TOKEN }}", Templates.Render(JsonSerializer.SerializeToElement("{{ params.n }}"), scope).GetString());
    }

    [Fact]
    public void Render_ValueThatComesToStandDeeper_IsRendered()
    {
        const int deepest = 64;
        var scope = new DeepScope(new string('[', deepest) + new string(']', deepest));
        Assert.Equal(deepest, Templates.Render(JsonSerializer.SerializeToElement(new { a = new { b = "{{ item }}" } }), scope).GetProperty("a").GetProperty("b").GetRawText().Count(c => c == '['));
    }

    private sealed class DeepScope(string json) : ITemplateScope
    {
        public bool TryGet(TemplateReference reference, out JsonElement value)
        {
            value = JsonSerializer.Deserialize<JsonElement>(json);
            return true;
        }
    }

    [Fact]
    public void Render_ObjectOverTheLimit_Fails()
    {
        var scope = new FixedScope { ["params.n"] = new string('x', TemplateLimits.RenderedObject / 32) };
        var with = JsonSerializer.SerializeToElement(Enumerable.Repeat("{{ params.n }}", 100));
        Assert.Equal(TemplateErrors.Limit, Assert.Throws<TemplateException>(() => Templates.Render(with, scope)).Code);
    }
}
