using System.Text.Json;

namespace Updraft.Dags;

/// <summary>A filter of the template language.</summary>
/// <param name="Usage">How it is written, as in <c>round(digits)</c>; its name is what stands before the parenthesis.</param>
/// <param name="Least">Fewest arguments.</param>
/// <param name="Most">Most arguments.</param>
/// <param name="Apply">The filter's work.</param>
internal sealed record TemplateFilter(string Usage, int Least, int Most, Func<FilterCall, JsonElement> Apply)
{
    /// <summary>Whether it may be given a missing value.</summary>
    public bool TakesMissing { get; init; }

    public string Name { get; } = Usage.Split('(')[0];
}

/// <summary>One use of a filter on one value.</summary>
internal readonly record struct FilterCall(FilterUse Use, JsonElement Input, TemplateEvaluation Evaluation)
{
    public bool Has(int argument) => argument < Use.Arguments.Length;

    public JsonElement Argument(int argument) => Evaluation.Require(Use.Arguments[argument]);

    public string TextArgument(int argument) => Argument(argument) is { ValueKind: JsonValueKind.String } text
        ? JsonText.Read(text, Use.Position)
        : throw Fail($"takes a string as argument {argument + 1}");

    public int IntArgument(int argument) => Argument(argument) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value)
        ? value
        : throw Fail($"takes a whole number as argument {argument + 1}");

    public string Text() => Input.ValueKind == JsonValueKind.String ? JsonText.Read(Input, Use.Position) : throw Refuse("a string");

    public JsonElement List() => Input.ValueKind == JsonValueKind.Array ? Input : throw Refuse("a list");

    public JsonElement Object() => Input.ValueKind == JsonValueKind.Object ? Input : throw Refuse("an object");

    public JsonElement Missing(string reason) => Evaluation.MissingBecause(reason, Use.Position);

    public JsonElement Yield(string text) => text.Length > TemplateLimits.Rendered ? throw JsonText.TooLong(Use.Position) : JsonSerializer.SerializeToElement(text);

    public TemplateException Refuse(string wanted) => Fail($"works on {wanted}, not on {JsonText.Describe(Input)}");

    public TemplateException Fail(string what) => new(TemplateErrors.BadValue, $"filter '{Use.Filter.Name}' {what}", Use.Position);
}
