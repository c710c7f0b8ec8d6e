using System.Buffers;
using System.Text;

namespace Updraft.Operators;

/// <summary>Replaces secrets by <c>***</c>, as they are and as they stand in JSON, in URLs and in base64. Immutable.</summary>
internal sealed class Redactor
{
    public static readonly Redactor None = new([]);

    // A line of a secret of many lines, as of a key file, is worth hiding only when it cannot be a word of its own.
    private const int ShortestLine = 8;
    private readonly byte[][] _forms;
    private readonly SearchValues<byte> _firstBytes;

    public Redactor(IEnumerable<string> secrets)
    {
        _forms = [.. secrets.SelectMany(FormsOf).Distinct(StringComparer.Ordinal).Where(form => form.Length > 0).Select(Encoding.UTF8.GetBytes).OrderByDescending(form => form.Length)];
        _firstBytes = SearchValues.Create([.. _forms.Select(form => form[0])]);
    }

    /// <summary>
    /// Copies <paramref name="input"/> to <paramref name="output"/> without secrets, and returns how much of it was taken. Unless it is the
    /// last, a tail that may be the beginning of a secret is left for later.
    /// </summary>
    public int Redact(ReadOnlySpan<byte> input, bool last, IBufferWriter<byte> output)
    {
        if (_forms.Length == 0)
        {
            output.Write(input);
            return input.Length;
        }
        var taken = 0;
        while (taken < input.Length)
        {
            var next = input[taken..].IndexOfAny(_firstBytes);
            if (next < 0) next = input.Length - taken;
            output.Write(input.Slice(taken, next));
            taken += next;
            if (taken == input.Length) break;
            var rest = input[taken..];
            if (!last && MayBegin(rest)) return taken;
            var length = Match(rest);
            output.Write(length == 0 ? rest[..1] : "***"u8);
            taken += Math.Max(length, 1);
        }
        return taken;
    }

    /// <summary>A text without secrets.</summary>
    public string Redact(string text)
    {
        if (_forms.Length == 0) return text;
        var output = new ArrayBufferWriter<byte>(text.Length + 16);
        Redact(Encoding.UTF8.GetBytes(text), last: true, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private int Match(ReadOnlySpan<byte> text)
    {
        foreach (var form in _forms)
        {
            if (text.StartsWith(form)) return form.Length;
        }
        return 0;
    }

    private bool MayBegin(ReadOnlySpan<byte> tail)
    {
        foreach (var form in _forms)
        {
            if (tail.Length < form.Length && form.AsSpan().StartsWith(tail)) return true;
        }
        return false;
    }

    private static IEnumerable<string> FormsOf(string secret)
    {
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        yield return System.Text.Json.JsonEncodedText.Encode(secret).ToString();
        yield return System.Text.Json.JsonEncodedText.Encode(secret, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        foreach (var line in secret.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Length >= ShortestLine) yield return line;
        }
    }
}
