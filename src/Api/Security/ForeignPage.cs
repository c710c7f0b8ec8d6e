using System.Net;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>
/// Keeps web pages of others away from where no key is needed: a browser asks for them with the user's own cookies, or from the user's own
/// machine. Programs send none of what is looked at here.
/// </summary>
internal static class ForeignPage
{
    /// <summary>Why a request is refused; null when it is not.</summary>
    /// <param name="request">The request.</param>
    /// <param name="loopback">Whether the server is this machine's own: a name that somebody made to point here is not.</param>
    public static UpdraftException? Refusal(HttpRequest request, bool loopback)
    {
        if (loopback && !IsLoopback(request.Host.Host)) return Refused($"this server needs no key, so it answers only as 'localhost' or a loopback address, and it was asked as '{Shown(request.Host.Value)}'");
        // Sent by browsers, and out of reach of pages.
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site && site is not ("same-origin" or "none")) return Refused("a web page of another origin asks");
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsOwn(origin, request.Host)) return Refused($"a web page of '{Shown(origin)}' asks");
        return null;
    }

    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsOwn(string origin, HostString host) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);

    private static UpdraftException Refused(string why) => new(SecurityErrors.ForeignPage, $"{why}; sign in with a key to ask from elsewhere");

    private static string Shown(string? text) => string.Concat((text ?? "").Take(100).Select(c => char.IsControl(c) ? '?' : c));
}
