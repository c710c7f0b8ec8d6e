using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Api;
using Updraft.Operators;

namespace Updraft.Cli;

/// <summary>The API within this process, for its own client: the same pipeline as everywhere, without a socket.</summary>
internal sealed class InProcessApi : IServer
{
    private WebApplication? _app;
    private Func<FeatureCollection, InProcessResponse, Task>? _process;

    private InProcessApi()
    {
    }

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public static async Task<InProcessApi> StartAsync(RunServices services, IApiHost host, TimeProvider clock)
    {
        var server = new InProcessApi();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton<IServer>(server);
        builder.Services.AddUpdraftApi(services, host, new ApiOptions { Clock = clock, HearsNotices = host is not ReadingHost });
        server._app = builder.Build();
        server._app.UseUpdraftApi();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Answers a request; the content comes as it is written.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var answer = new InProcessResponse();
        var features = new FeatureCollection();
        var body = request.Content is null ? Stream.Null : await request.Content.ReadAsStreamAsync(cancellation);
        features.Set<IHttpRequestFeature>(RequestOf(request, body));
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(request.Content is not null));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = cancellation });
        features.Set<IHttpResponseFeature>(answer);
        features.Set<IHttpResponseBodyFeature>(answer.Body);
        features.Set<ITrustedConnection>(Own.Connection);
        var response = await answer.FromAsync(_process!(features, answer));
        // Whoever no longer waits is answered nothing.
        cancellation.ThrowIfCancellationRequested();
        response.RequestMessage = request;
        return response;
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull
    {
        _process = async (features, answer) =>
        {
            var context = application.CreateContext(features);
            try
            {
                await application.ProcessRequestAsync(context);
                await answer.BeginAsync();
                application.DisposeContext(context, null);
            }
            catch (Exception e)
            {
                application.DisposeContext(context, e);
                throw;
            }
        };
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_app is not { } app) return;
        // The application disposes its server too.
        _app = null;
        await app.DisposeAsync();
    }

    public void Dispose()
    {
        // What there is to dispose is the application's.
    }

    private static HttpRequestFeature RequestOf(HttpRequestMessage request, Stream body)
    {
        var target = request.RequestUri!;
        var headers = new HeaderDictionary { ["Host"] = target.Authority };
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())) headers[name] = values.ToArray();
        return new HttpRequestFeature
        {
            Protocol = "HTTP/1.1",
            Scheme = target.Scheme,
            Method = request.Method.Method,
            Path = PathString.FromUriComponent(target).Value!,
            QueryString = target.Query,
            RawTarget = target.PathAndQuery,
            Headers = headers,
            Body = body,
        };
    }

    private sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    private sealed class Own : ITrustedConnection
    {
        public static readonly Own Connection = new();
    }
}
