using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Updraft.Api;

namespace Updraft.Cli;

/// <summary>A path of the API below <c>/api/v1/</c>, made by interpolation; what is put in stays one segment, whatever it holds.</summary>
[InterpolatedStringHandler]
internal readonly struct ApiPath
{
    private readonly StringBuilder _text;

    public ApiPath(int literalLength, int formattedCount) => _text = new StringBuilder(UpdraftApi.Prefix + "/", UpdraftApi.Prefix.Length + literalLength + (32 * formattedCount));

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(string segment) => _text.Append(Uri.EscapeDataString(segment));

    /// <summary>Several segments, as of a file in folders.</summary>
    /// <param name="segments">The segments.</param>
    /// <param name="format">Says so: <c>path</c>.</param>
    public void AppendFormatted(string segments, string format) => _text.AppendJoin('/', segments.Split('/').Select(Uri.EscapeDataString));

    /// <summary>The path with a value of its query; without it when it is null.</summary>
    public ApiPath With(string name, string? value)
    {
        if (value is not null) _text.Append(_text.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    /// <inheritdoc cref="With(string, string?)"/>
    public ApiPath With(string name, long? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="With(string, string?)"/>
    public ApiPath With(string name, bool value) => With(name, value ? "true" : "false");

    /// <inheritdoc cref="With(string, string?)"/>
    public ApiPath With(string name, IEnumerable<string> values) => values.Aggregate(this, (path, value) => path.With(name, value));

    public override string ToString() => _text.ToString();
}
