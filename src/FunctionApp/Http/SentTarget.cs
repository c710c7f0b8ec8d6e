using Microsoft.AspNetCore.Http;

namespace Updraft.FunctionApp;

/// <summary>
/// The path as the client sent it. The host hands requests on by their unescaped path, so that a <c>%2F</c> in a name may come escaped twice; the platform in front
/// tells the original in a header.
/// </summary>
internal static class SentTarget
{
    /// <summary>Set by the platform.</summary>
    public const string Header = "X-WAWS-Unencoded-URL";

    private const int MostEscapes = 4;

    /// <summary>What the header tells, when it is another way to write the path at hand; else null.</summary>
    public static string? Of(HttpRequest request)
    {
        var sent = request.Headers[Header].ToString();
        if (sent.Length == 0 || sent[0] != '/') return null;
        var path = sent.Split('?', 2)[0];
        return Unescaped(path) == Unescaped(request.Path.Value ?? "") ? path + request.QueryString : null;
    }

    private static string Unescaped(string path)
    {
        for (var n = 0; n < MostEscapes && path.Contains('%', StringComparison.Ordinal); n++) path = Uri.UnescapeDataString(path);
        return path;
    }
}
