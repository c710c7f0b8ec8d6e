using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>
/// Part of an expression. Evaluating it may yield an undefined element: the value is missing, and <see cref="TemplateEvaluation.Missing"/>
/// tells why.
/// </summary>
internal abstract record Expression(int Position)
{
    public abstract JsonElement Evaluate(TemplateEvaluation evaluation);
}

internal sealed record Literal(JsonElement Value, int Position) : Expression(Position)
{
    public override JsonElement Evaluate(TemplateEvaluation evaluation) => Value;
}

internal sealed record Read(TemplateReference Reference, int Position) : Expression(Position)
{
    public override JsonElement Evaluate(TemplateEvaluation evaluation) => evaluation.Scope.TryGet(Reference, out var value)
        ? value
        : evaluation.MissingBecause($"'{Reference}' has no value", Position);
}

/// <summary>Members and indexes after a value, as in <c>item.parts[0]</c>.</summary>
internal sealed record Access(Expression Source, ImmutableArray<PathStep> Path, int Position) : Expression(Position)
{
    public override JsonElement Evaluate(TemplateEvaluation evaluation)
    {
        var value = Source.Evaluate(evaluation);
        foreach (var step in Path)
        {
            if (value.ValueKind == JsonValueKind.Undefined) return value;
            if (!step.TryTake(value, out var next)) return evaluation.MissingBecause($"there is no {step} in {JsonText.Describe(value)}", step.Position);
            value = next;
        }
        return value;
    }
}

/// <summary>A value that passes through filters.</summary>
internal sealed record Pipe(Expression Source, ImmutableArray<FilterUse> Filters, int Position) : Expression(Position)
{
    public override JsonElement Evaluate(TemplateEvaluation evaluation)
    {
        var value = Source.Evaluate(evaluation);
        foreach (var use in Filters)
        {
            if (value.ValueKind == JsonValueKind.Undefined && !use.Filter.TakesMissing) throw evaluation.Missing!;
            value = use.Filter.Apply(new FilterCall(use, value, evaluation));
        }
        return value;
    }
}

internal sealed record FilterUse(TemplateFilter Filter, ImmutableArray<Expression> Arguments, int Position);

/// <summary>One evaluation of a template.</summary>
internal sealed class TemplateEvaluation(ITemplateScope scope)
{
    public ITemplateScope Scope { get; } = scope;

    /// <summary>Why the last missing value is missing.</summary>
    public TemplateException? Missing { get; private set; }

    public JsonElement MissingBecause(string reason, int position)
    {
        Missing = new TemplateException(TemplateErrors.UnknownName, $"{reason}; give it one, or add | default(…)", position);
        return default;
    }

    public JsonElement Require(Expression expression)
    {
        var value = expression.Evaluate(this);
        return value.ValueKind == JsonValueKind.Undefined ? throw Missing! : value;
    }
}
