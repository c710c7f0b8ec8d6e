using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>
/// A string with expressions in double braces, as in <c>{{ params.day | date('yyyy') }}</c>; immutable. The language is in
/// <c>docs/templates.md</c>.
/// </summary>
public sealed class Template
{
    private readonly ImmutableArray<TemplatePart> _parts;

    private Template(string text, ImmutableArray<TemplatePart> parts, ImmutableArray<TemplateReference> references)
    {
        Text = text;
        _parts = parts;
        References = references;
    }

    /// <summary>The text that was parsed.</summary>
    public string Text { get; }

    /// <summary>All that the template may read, each once, in order of first appearance.</summary>
    public ImmutableArray<TemplateReference> References { get; }

    /// <summary>Whether the text is one expression and nothing else, so that it yields the expression's own JSON value.</summary>
    public bool IsExpression => _parts is [{ Expression: not null }];

    /// <summary>What the text reads when it is one reference and nothing else, neither members nor filters; null otherwise.</summary>
    public TemplateReference? AsReference => _parts is [{ Expression: Read read }] ? read.Reference : null;

    /// <summary>Whether a string holds an expression, well-formed or not. Where it does not, the string is its own value.</summary>
    public static bool HasExpressions(string text) => text.Contains("{{", StringComparison.Ordinal);

    /// <summary>Reads a template.</summary>
    /// <exception cref="TemplateException">The text is not well-formed, names an unknown root or filter, or exceeds <see cref="TemplateLimits"/>.</exception>
    public static Template Parse(string text)
    {
        var parser = new TemplateParser(text);
        var parts = parser.ParseAll();
        return new Template(text, parts, [.. parser.References]);
    }

    /// <summary>
    /// The value: the expression's own where <see cref="IsExpression"/>, else a string in which strings stand as they are and other values
    /// as compact JSON.
    /// </summary>
    /// <exception cref="TemplateException">A name has no value, a filter cannot work on what it got, or a null stands within text.</exception>
    public JsonElement Evaluate(ITemplateScope scope)
    {
        var evaluation = new TemplateEvaluation(scope);
        if (IsExpression) return evaluation.Require(_parts[0].Expression!);
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            if (part.Expression is { } expression) text.Append(JsonText.Of(evaluation.Require(expression), expression.Position));
            else text.Append(part.Text);
            if (text.Length > TemplateLimits.Rendered) throw JsonText.TooLong(part.Position);
        }
        return JsonSerializer.SerializeToElement(text.ToString());
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A stretch of a template: either text or an expression.</summary>
internal sealed record TemplatePart(string? Text, Expression? Expression, int Position);
