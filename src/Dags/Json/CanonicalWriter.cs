using System.Buffers;
using System.Globalization;
using System.Text;

namespace Updraft.Dags;

/// <summary>
/// JSON text without choices: no white space, escapes only where JSON demands them or YAML would break a line, so that its bytes never depend on the
/// version of a library.
/// </summary>
internal sealed class CanonicalWriter
{
    private readonly StringBuilder _text = new();
    private bool _needsComma;

    public override string ToString() => _text.ToString();

    public void Object(Action members) => Nested('{', members, '}');

    public void Array<T>(IEnumerable<T> items, Action<T> write) => Nested('[', () =>
    {
        foreach (var item in items) write(item);
    }, ']');

    public void Name(string name)
    {
        Text(name);
        _text.Append(':');
        _needsComma = false;
    }

    /// <exception cref="FormatException">The text is no Unicode: it has half of a surrogate pair.</exception>
    public void Text(string value)
    {
        if (value.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && HasLoneSurrogate(value))
            throw new FormatException("a text has half of a surrogate pair, which no file can hold");
        Separate();
        _text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"' or '\\':
                    _text.Append('\\').Append(c);
                    break;
                case '\n':
                    _text.Append("\\n");
                    break;
                case '\r':
                    _text.Append("\\r");
                    break;
                case '\t':
                    _text.Append("\\t");
                    break;
                // The last three are line breaks to YAML.
                case < ' ' or '\u0085' or '\u2028' or '\u2029':
                    _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    _text.Append(c);
                    break;
            }
        }
        _text.Append('"');
    }

    public void Flag(bool value) => Literal(value ? "true" : "false");

    public void Integer(int value) => Literal(value.ToString(CultureInfo.InvariantCulture));

    public void Number(double value) => Literal(CanonicalNumber.Of(value.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>A number, true, false or null as it is.</summary>
    public void Literal(string json)
    {
        Separate();
        _text.Append(json);
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != OperationStatus.Done) return true;
            text = text[consumed..];
        }
        return false;
    }

    private void Nested(char open, Action content, char close)
    {
        Separate();
        _text.Append(open);
        _needsComma = false;
        content();
        _text.Append(close);
        _needsComma = true;
    }

    private void Separate()
    {
        if (_needsComma) _text.Append(',');
        _needsComma = true;
    }
}
