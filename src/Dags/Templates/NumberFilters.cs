using System.Globalization;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Numbers are decimals of 28 digits, so that money and rates keep theirs.</summary>
internal static class NumberFilters
{
    public static bool IsNumber(FilterCall call) => call.Input.ValueKind == JsonValueKind.Number;

    public static JsonElement Int(FilterCall call) => Write(decimal.Truncate(Value(call)));

    public static JsonElement Number(FilterCall call) => Write(Value(call));

    public static JsonElement Round(FilterCall call)
    {
        var digits = call.Has(0) ? call.IntArgument(0) : 0;
        if (digits is < 0 or > 28) throw call.Fail("takes 0 to 28 digits");
        return Write(decimal.Round(Value(call), digits, MidpointRounding.AwayFromZero));
    }

    public static JsonElement Add(FilterCall call, int sign)
    {
        if (call.Argument(0) is not { ValueKind: JsonValueKind.Number } amount || !amount.TryGetDecimal(out var value)) throw call.Fail("takes a number as argument 1 when it works on a number");
        try
        {
            return Write(Value(call) + (sign * value));
        }
        catch (OverflowException)
        {
            throw call.Fail("leaves the range of numbers, 28 digits");
        }
    }

    private static decimal Value(FilterCall call)
    {
        if (call.Input.ValueKind == JsonValueKind.Number && call.Input.TryGetDecimal(out var number)) return number;
        if (call.Input.ValueKind == JsonValueKind.String && decimal.TryParse(call.Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)) return number;
        throw call.Fail($"works on a number of at most 28 digits, or a string that holds one, and got {JsonText.Describe(call.Input)}");
    }

    private static JsonElement Write(decimal value) => JsonSerializer.SerializeToElement(value);
}
