using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>The way to a server: what goes wrong on it is told with a code.</summary>
internal sealed class ServerConnection(Uri server) : DelegatingHandler(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15), AllowAutoRedirect = false, UseCookies = false })
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            throw new UpdraftException(CliErrors.Unreachable, $"the server {server} cannot be reached: {e.Message}", e);
        }
        catch (HttpRequestException e)
        {
            throw Lost(server.ToString().TrimEnd('/'), e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpdraftException(CliErrors.Unreachable, $"the server {server} cannot be reached: it takes no connection", e);
        }
    }

    /// <summary>That who was asked went away before it answered.</summary>
    public static UpdraftException Lost(string name, Exception e) =>
        new(CliErrors.OwnerLost, $"the process that serves {name} has gone before it answered: what was asked may have been done or not, so look before you ask again", e);
}
