using System.Globalization;
using System.Net;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Calls the URL with GET, or the path below it that the option <c>test_path</c> names, signed in.</summary>
internal sealed class HttpConnectionTest : IConnectionTest
{
    public bool Fits(Connection connection) => connection.Url is { Scheme: "http" or "https" };

    public async Task<string> TryAsync(Connection connection, string name, CancellationToken cancellation)
    {
        var url = connection.Options.GetValueOrDefault("test_path") is { } path ? new Uri(new Uri(connection.Url!.AbsoluteUri.TrimEnd('/') + "/"), path.TrimStart('/')) : connection.Url!;
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = await ServiceClient.SignInAsync(connection, AzureConnectionTest.ScopeOf(connection), cancellation);
        using var response = await ServiceHttp.SendAsync(request, cancellation);
        var answer = string.Create(CultureInfo.InvariantCulture, $"GET {ServiceHttp.Shown(url)} answered {(int)response.StatusCode}");
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new UpdraftException(OperatorErrors.ConnectionTest, $"{answer}: {(request.Headers.Authorization is null ? "it wants a sign-in, and the connection has none" : "the sign-in is refused")}"),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => $"{answer}: the service is there, and the sign-in is not known to be right; name a path that answers in the option test_path",
            var status when (int)status >= 500 || status is HttpStatusCode.TooManyRequests => throw new UpdraftException(OperatorErrors.ConnectionTest, answer),
            _ => answer,
        };
    }
}
