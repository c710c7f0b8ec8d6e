using System.Text.Json;

namespace Updraft.Dags.Tests;

/// <summary>A scope that holds what a test puts in, by the reference as an author would write it.</summary>
internal sealed class FixedScope : ITemplateScope
{
    private readonly Dictionary<string, JsonElement> _values = [];

    public object? this[string reference]
    {
        set => _values[reference] = JsonSerializer.SerializeToElement(value);
    }

    public bool TryGet(TemplateReference reference, out JsonElement value) => _values.TryGetValue(reference.ToString(), out value);

    /// <summary>What a template yields, as JSON.</summary>
    public string Json(string template) => Template.Parse(template).Evaluate(this).GetRawText();

    /// <summary>What a template yields, which must be a string.</summary>
    public string Text(string template) => Template.Parse(template).Evaluate(this).GetString()!;

    public TemplateException Failure(string template) => Assert.Throws<TemplateException>(() => Template.Parse(template).Evaluate(this));
}
