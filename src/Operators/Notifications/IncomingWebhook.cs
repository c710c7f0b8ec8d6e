using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Webhooks whose URL is itself the secret.</summary>
internal static class IncomingWebhook
{
    /// <summary>Posts a message. What goes wrong is said without the URL.</summary>
    public static async Task PostAsync(Connection connection, object message, CancellationToken cancellation)
    {
        if (connection.Url is not { } url) throw new UpdraftException(OperatorErrors.Connection, "the connection has no url");
        try
        {
            // The URL is taken as it is: nothing is below it.
            await new ServiceClient(connection with { Url = url }).CallAsync(HttpMethod.Post, url.AbsoluteUri, message, cancellation: cancellation);
        }
        catch (ServiceException e)
        {
            throw new ServiceException(Hidden(e.Message, url), e.Status, e.RetryAfter);
        }
        catch (UpdraftException e) when (e.Code == OperatorErrors.Refused)
        {
            throw new UpdraftException(e.Code, Hidden(e.Message, url));
        }
    }

    public static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");

    private static string Hidden(string message, Uri url) =>
        message.Replace(ServiceHttp.Shown(url), url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + "/…", StringComparison.Ordinal);
}
