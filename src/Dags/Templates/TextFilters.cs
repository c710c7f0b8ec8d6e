using System.Text.Json;

namespace Updraft.Dags;

internal static class TextFilters
{
    public static JsonElement FromJson(FilterCall call)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(call.Text());
        }
        catch (JsonException e)
        {
            throw call.Fail($"cannot read the text as JSON: {e.Message.Split('.')[0]}");
        }
    }

    public static JsonElement Replace(FilterCall call)
    {
        var (text, old, @new) = (call.Text(), call.TextArgument(0), call.TextArgument(1));
        if (old.Length == 0) throw call.Fail("cannot replace an empty string");
        // Measured before it is made: a short template could ask for far more than fits.
        long growth = @new.Length - old.Length;
        if (growth > 0 && text.Length + (growth * text.AsSpan().Count(old)) > TemplateLimits.Rendered) throw JsonText.TooLong(call.Use.Position);
        return call.Yield(text.Replace(old, @new, StringComparison.Ordinal));
    }

    public static JsonElement Split(FilterCall call)
    {
        var separator = call.TextArgument(0);
        if (separator.Length == 0) throw call.Fail("needs a separator that is not empty");
        var text = call.Text();
        return JsonSerializer.SerializeToElement(text.Length == 0 ? [] : text.Split(separator));
    }
}
