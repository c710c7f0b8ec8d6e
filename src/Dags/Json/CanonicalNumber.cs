using System.Globalization;

namespace Updraft.Dags;

/// <summary>
/// One spelling per number, so that <c>1</c>, <c>1.0</c> and <c>10e-1</c> are the same value in every form of a DAG. Exact: no digit is lost.
/// Plain digits between 1e-7 and 1e21, else <c>1.5e30</c>.
/// </summary>
internal static class CanonicalNumber
{
    private const int MaxDigits = 100;
    private const int MaxExponent = 308;

    /// <exception cref="FormatException">More than 100 digits, or beyond 1e±308.</exception>
    public static string Of(string json)
    {
        var text = json.AsSpan();
        var negative = text.StartsWith("-");
        if (negative) text = text[1..];

        var e = text.IndexOfAny('e', 'E');
        var exponent = 0;
        if (e >= 0 && !int.TryParse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)) throw OutOfRange();
        if (e >= 0) text = text[..e];

        var point = text.IndexOf('.');
        var fraction = point < 0 ? 0 : text.Length - point - 1;
        var digits = (point < 0 ? text.ToString() : string.Concat(text[..point], text[(point + 1)..])).TrimStart('0');
        var significant = digits.TrimEnd('0');
        if (significant.Length == 0) return "0";
        if (significant.Length > MaxDigits || Math.Abs((long)exponent) > 10_000) throw OutOfRange();

        // The value is 0.DIGITS times ten to the power of 'scale'.
        var scale = digits.Length - fraction + exponent;
        if (Math.Abs(scale - 1) > MaxExponent) throw OutOfRange();
        return (negative ? "-" : "") + Spell(significant, scale);
    }

    private static string Spell(string digits, int scale)
    {
        if (scale is <= -6 or > 21) return $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(scale - 1).ToString(CultureInfo.InvariantCulture)}";
        if (scale <= 0) return "0." + new string('0', -scale) + digits;
        return digits.Length <= scale ? digits.PadRight(scale, '0') : $"{digits[..scale]}.{digits[scale..]}";
    }

    private static FormatException OutOfRange() => new("a number has more than 100 digits or is beyond 1e308; write it as text");
}
