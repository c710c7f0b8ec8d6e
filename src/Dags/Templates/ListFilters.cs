using System.Text;
using System.Text.Json;

namespace Updraft.Dags;

internal static class ListFilters
{
    public static JsonElement Length(FilterCall call) => JsonSerializer.SerializeToElement(call.Input.ValueKind switch
    {
        JsonValueKind.Array => call.Input.GetArrayLength(),
        JsonValueKind.Object => call.Input.GetPropertyCount(),
        JsonValueKind.String => call.Text().Length,
        _ => throw call.Refuse("a list, an object or a string"),
    });

    public static JsonElement First(FilterCall call) => call.List().GetArrayLength() > 0 ? call.Input[0] : call.Missing("an empty list has no first element");

    public static JsonElement Last(FilterCall call) => call.List().GetArrayLength() is var length and > 0 ? call.Input[length - 1] : call.Missing("an empty list has no last element");

    public static JsonElement Join(FilterCall call)
    {
        var separator = call.Has(0) ? call.TextArgument(0) : ",";
        var text = new StringBuilder();
        var rest = false;
        foreach (var item in call.List().EnumerateArray())
        {
            if (rest) text.Append(separator);
            text.Append(JsonText.Of(item, call.Use.Position));
            if (text.Length > TemplateLimits.Rendered) throw JsonText.TooLong(call.Use.Position);
            rest = true;
        }
        return call.Yield(text.ToString());
    }

    public static JsonElement Pluck(FilterCall call)
    {
        var member = call.TextArgument(0);
        var values = new List<JsonElement>();
        foreach (var item in call.List().EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(member, out var value))
                throw call.Fail($"found no member '{member}' in element {values.Count}, {JsonText.Describe(item)}");
            values.Add(value);
        }
        return JsonSerializer.SerializeToElement(values);
    }

    public static JsonElement Keys(FilterCall call) => JsonSerializer.SerializeToElement(call.Object().EnumerateObject().Select(member => member.Name));

    public static JsonElement Values(FilterCall call) => JsonSerializer.SerializeToElement(call.Object().EnumerateObject().Select(member => member.Value));

    public static JsonElement Range(FilterCall call) =>
        call.Input.ValueKind == JsonValueKind.Number && call.Input.TryGetInt32(out var count) && count is >= 0 and <= TemplateLimits.Range
            ? JsonSerializer.SerializeToElement(Enumerable.Range(0, count))
            : throw call.Fail($"works on a whole number from 0 to {TemplateLimits.Range}");
}
