using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Updraft.FunctionApp;

/// <summary>A request as it is, but for its target and the path that follows from it.</summary>
internal sealed class RetargetedRequest(IHttpRequestFeature request, string target) : IHttpRequestFeature
{
    public string Protocol { get => request.Protocol; set => request.Protocol = value; }

    public string Scheme { get => request.Scheme; set => request.Scheme = value; }

    public string Method { get => request.Method; set => request.Method = value; }

    public string PathBase { get => request.PathBase; set => request.PathBase = value; }

    // As Kestrel does it: all escapes are undone but that of a slash.
    public string Path { get; set; } = PathString.FromUriComponent(target.Split('?', 2)[0]).Value!;

    public string QueryString { get => request.QueryString; set => request.QueryString = value; }

    public string RawTarget { get; set; } = target;

    public IHeaderDictionary Headers { get => request.Headers; set => request.Headers = value; }

    public Stream Body { get => request.Body; set => request.Body = value; }
}
