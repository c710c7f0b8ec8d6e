using System.Collections.Frozen;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>All filters of the template language; <c>docs/templates.md</c> describes each.</summary>
internal static class TemplateFilters
{
    private static readonly FrozenDictionary<string, TemplateFilter> All = new TemplateFilter[]
    {
        new("default(value)", 1, 1, call => call.Input.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? call.Use.Arguments[0].Evaluate(call.Evaluation) : call.Input) { TakesMissing = true },

        new("json", 0, 0, call => call.Yield(JsonText.Json(call.Input))),
        new("from_json", 0, 0, TextFilters.FromJson),
        new("string", 0, 0, call => call.Yield(JsonText.Of(call.Input, call.Use.Position))),
        new("upper", 0, 0, call => call.Yield(call.Text().ToUpperInvariant())),
        new("lower", 0, 0, call => call.Yield(call.Text().ToLowerInvariant())),
        new("trim", 0, 0, call => call.Yield(call.Text().Trim())),
        new("replace(old, new)", 2, 2, TextFilters.Replace),
        new("split(separator)", 1, 1, TextFilters.Split),

        new("length", 0, 0, ListFilters.Length),
        new("first", 0, 0, ListFilters.First),
        new("last", 0, 0, ListFilters.Last),
        new("join(separator)", 0, 1, ListFilters.Join),
        new("pluck(member)", 1, 1, ListFilters.Pluck),
        new("keys", 0, 0, ListFilters.Keys),
        new("values", 0, 0, ListFilters.Values),
        new("range", 0, 0, ListFilters.Range),

        new("int", 0, 0, NumberFilters.Int),
        new("number", 0, 0, NumberFilters.Number),
        new("round(digits)", 0, 1, NumberFilters.Round),

        new("add(amount)", 1, 1, call => NumberFilters.IsNumber(call) ? NumberFilters.Add(call, 1) : DateFilters.Add(call, 1)),
        new("subtract(amount)", 1, 1, call => NumberFilters.IsNumber(call) ? NumberFilters.Add(call, -1) : DateFilters.Add(call, -1)),
        new("date(format, zone)", 1, 2, DateFilters.Format),
        new("add_months(count)", 1, 1, DateFilters.AddMonths),
        new("start_of(unit, zone)", 1, 2, DateFilters.StartOf),
    }.ToFrozenDictionary(filter => filter.Name, StringComparer.Ordinal);

    /// <summary>All filters' names, in alphabetical order.</summary>
    public static IEnumerable<string> Names => All.Keys.Order(StringComparer.Ordinal);

    public static TemplateFilter? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>The filter behind <c>ds</c>.</summary>
    public static FilterUse IsoDate(int position) =>
        new(All["date"], [new Literal(JsonSerializer.SerializeToElement("yyyy-MM-dd"), position)], position);
}
