using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>
/// The names in paths, as they were sent. Servers undo escapes before they route, but for a slash's; so what a name is, is read here from the
/// request's own line, and what no name may have is refused.
/// </summary>
internal sealed class PathNames(RequestDelegate next)
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 500;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public Task InvokeAsync(HttpContext context)
    {
        var names = SentPath(context) is { } sent ? Read(sent) : [.. context.Request.Path.Value!.TrimStart('/').Split('/').Select(Checked)];
        if (context.GetEndpoint() is RouteEndpoint { RoutePattern: var pattern } && pattern.PathSegments.Count == names.Length)
        {
            for (var i = 0; i < names.Length; i++)
                if (pattern.PathSegments[i].Parts is [RoutePatternParameterPart { IsCatchAll: false } parameter] && context.Request.RouteValues.ContainsKey(parameter.Name)) context.Request.RouteValues[parameter.Name] = names[i];
        }
        return next(context);
    }

    /// <summary>The names of a path as it was sent.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.NameRefused"/>.</exception>
    public static string[] Read(string raw)
    {
        var segments = raw.TrimStart('/').Split('/');
        for (var i = 0; i < segments.Length; i++) segments[i] = Checked(Unescaped(segments[i]));
        return segments;
    }

    /// <summary>A name, when it is one.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.NameRefused"/>.</exception>
    public static string Checked(string name)
    {
        if (name.Length > MaxLength) throw Refused($"it has {name.Length} characters, and {MaxLength} are the most");
        if (name is "." or "..") throw Refused("it is '.' or '..'");
        return PlainText.IsLine(name) ? name : throw Refused("it has control characters, others that cannot be seen, or what is no text");
    }

    private static string Unescaped(string segment)
    {
        if (!segment.Contains('%', StringComparison.Ordinal)) return segment;
        var (sent, bytes) = (Encoding.UTF8.GetBytes(segment), new List<byte>(segment.Length));
        for (var i = 0; i < sent.Length; i++)
        {
            if (sent[i] != '%') bytes.Add(sent[i]);
            else if (i + 2 < sent.Length && byte.TryParse(sent.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                bytes.Add(escaped);
                i += 2;
            }
            else throw Refused("a '%' in it is not followed by two hexadecimal digits");
        }
        try
        {
            return Strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException e)
        {
            throw Refused("it is not UTF-8", e);
        }
    }

    /// <summary>The path as it was sent; null where the server does not tell.</summary>
    private static string? SentPath(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { Length: > 0 } target || target[0] != '/') return null;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }

    private static UpdraftException Refused(string why, Exception? inner = null) => new(ApiErrors.NameRefused, $"a name in the path is refused: {why}", inner);
}
