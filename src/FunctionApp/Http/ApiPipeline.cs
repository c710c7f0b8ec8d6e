using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Updraft.Api;
using Updraft.Operators;

namespace Updraft.FunctionApp;

/// <summary>
/// The API's one pipeline, with services of its own, as the result of a function: what the worker's pipeline has made of a request, its route and its services among it, is left
/// aside. It is put together as the app starts, so that what it measures is told also where nobody asks.
/// </summary>
public sealed class ApiPipeline : IResult, IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly RequestDelegate _pipeline;
    private readonly FirstKey _firstKey;

    internal ApiPipeline(RunServices runs, IApiHost host, ApiOptions options, FirstKey firstKey, IHostApplicationLifetime lifetime, IHostEnvironment environment, ILoggerFactory logging)
    {
        _firstKey = firstKey;
        var services = new ServiceCollection();
        services.AddSingleton(logging).AddSingleton(typeof(ILogger<>), typeof(Logger<>)).AddSingleton(lifetime).AddSingleton(environment);
        services.AddSingleton(new DiagnosticListener("Updraft.Api")).AddSingleton<DiagnosticSource>(provider => provider.GetRequiredService<DiagnosticListener>());
        services.AddUpdraftApi(runs, host, options);
        _services = services.BuildServiceProvider();
        _pipeline = new ApplicationBuilder(_services).UseUpdraftApi().Build();
    }

    /// <summary>What the API is made of.</summary>
    internal IServiceProvider Services => _services;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await _firstKey.EnsureAsync(httpContext.RequestAborted);
        await using var scope = _services.CreateAsyncScope();
        // What is not set here is the server's own: the request, the answer, the connection.
        var features = new FeatureCollection(httpContext.Features);
        features.Set<IEndpointFeature>(new NoEndpoint());
        features.Set<IRouteValuesFeature>(new RouteValuesFeature());
        features.Set<IItemsFeature>(new ItemsFeature());
        features.Set<IHttpAuthenticationFeature>(new HttpAuthenticationFeature());
        if (SentTarget.Of(httpContext.Request) is { } target) features.Set<IHttpRequestFeature>(new RetargetedRequest(httpContext.Features.GetRequiredFeature<IHttpRequestFeature>(), target));
        var context = new DefaultHttpContext(features);
        features.Set<IServiceProvidersFeature>(new RequestServicesFeature(context, null) { RequestServices = scope.ServiceProvider });
        await _pipeline(context);
    }

    /// <summary>Sends what is left of metrics and traces.</summary>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class NoEndpoint : IEndpointFeature
    {
        public Endpoint? Endpoint { get; set; }
    }
}
