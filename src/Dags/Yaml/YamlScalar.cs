using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Updraft.Dags;

/// <summary>What a plain scalar is by the core schema of YAML 1.2: <c>yes</c> and <c>on</c> are text.</summary>
internal static partial class YamlScalar
{
    /// <exception cref="FormatException">It is a number that JSON has not.</exception>
    public static TreeNode Read(string text, Origin origin) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => new TreeNull(origin),
        "true" or "True" or "TRUE" => new TreeFlag(origin, true),
        "false" or "False" or "FALSE" => new TreeFlag(origin, false),
        _ when Decimal().IsMatch(text) => new TreeNumber(origin, CanonicalNumber.Of(text.TrimStart('+'))),
        _ when text.Length <= 20 && Hexadecimal().IsMatch(text) => Integer(origin, BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)),
        _ when text.Length <= 20 && Octal().IsMatch(text) => Integer(origin, text[2..].Aggregate(BigInteger.Zero, (value, digit) => (value * 8) + (digit - '0'))),
        _ when NotFinite().IsMatch(text) => throw new FormatException($"'{text}' is no number that JSON has; put it in quotes if it is text"),
        _ => new TreeText(origin, text),
    };

    private static TreeNumber Integer(Origin origin, BigInteger value) => new(origin, CanonicalNumber.Of(value.ToString(CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^0o[0-7]+\z")]
    private static partial Regex Octal();

    [GeneratedRegex(@"^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z")]
    private static partial Regex NotFinite();
}
