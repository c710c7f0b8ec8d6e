using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Updraft.Api;

namespace Updraft.Cli;

/// <summary>Serves the API of a data folder: on the folder's own socket, where whoever gets in is its owner, and on addresses where that is wanted.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private ApiServer(WebApplication app, string folder, string socket) => (_app, _folder, Socket) = (app, folder, socket);

    /// <summary>The socket's path.</summary>
    public string Socket { get; }

    /// <summary>The addresses beside the socket, with the ports that were found for them.</summary>
    public ImmutableArray<string> Urls => [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Where(address => !address.Contains("unix:", StringComparison.Ordinal))];

    /// <summary>What can be asked.</summary>
    internal IEnumerable<RouteEndpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>Begins to listen.</summary>
    /// <param name="host">What is served.</param>
    /// <param name="urls">Where it listens beside the folder's own socket.</param>
    /// <param name="signIn">Whether a key is needed on loopback too; elsewhere it always is.</param>
    /// <param name="logging">Where the server's logs go.</param>
    public static async Task<ApiServer> StartAsync(LocalHost host, ImmutableArray<string> urls, bool signIn, ILoggerFactory logging)
    {
        var folder = host.Data.Folder;
        var socket = OwnerSocket.Prepare(folder);
        // Nothing of the environment or of files in the current folder has a say in where it listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var options = new ApiOptions { Clock = host.Clock, Open = !signIn && urls.All(ListenAddress.IsLoopback), Otlp = ServeSettings.Otlp(), Prices = ServeSettings.PricesOf(folder) };
        builder.Services.AddSingleton(logging).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddUpdraftApi(host.Services, host, options);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSockets(sockets =>
        {
            var usual = sockets.CreateBoundListenSocket;
            sockets.CreateBoundListenSocket = end => end is System.Net.Sockets.UnixDomainSocketEndPoint ? OwnerSocket.Bind(socket) : usual(end);
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.LargestBody;
            kestrel.ListenUnixSocket(socket, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection =>
                {
                    connection.Features.Set<ITrustedConnection>(Owned.Connection);
                    return next(connection);
                });
            });
            foreach (var url in urls) ListenAddress.Add(kestrel, url);
        });
        var app = builder.Build();
        app.UseUpdraftApi();
        var server = new ApiServer(app, folder, socket);
        await app.StartAsync();
        return server;
    }

    /// <summary>Stops listening; who still waits is told.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        OwnerSocket.Remove(_folder);
    }

    /// <summary>Marks what comes over the folder's socket.</summary>
    private sealed class Owned : ITrustedConnection
    {
        public static readonly Owned Connection = new();
    }
}
