using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace Updraft.FunctionApp.Tests;

/// <summary>
/// The app behind a pipeline as the worker's: it reads forwarded headers, routes all to the catch-all function, and sets the function's own services, before it
/// executes what the function returns.
/// </summary>
internal sealed class WorkerServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WorkerServer(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
    }

    public HttpClient Http { get; }

    public static async Task<WorkerServer> StartAsync(AppStage stage)
    {
        var pipeline = stage.Get<ApiPipeline>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting().AddLogging().AddSingleton(new OfTheWorker());
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.All);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseRouting();
        app.Use((context, next) =>
        {
            context.Features.Set<IServiceProvidersFeature>(new RequestServicesFeature(context, null) { RequestServices = new ServiceCollection().AddSingleton(new OfTheWorker()).BuildServiceProvider() });
            return next(context);
        });
        app.MapMethods("/{*path}", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"], async context =>
        {
            var services = context.RequestServices;
            await ((IResult)pipeline).ExecuteAsync(context);
            // The worker goes on with what is its own.
            Assert.Same(services, context.RequestServices);
            Assert.NotNull(context.RequestServices.GetRequiredService<OfTheWorker>());
            Assert.NotNull(context.GetEndpoint());
        });
        await app.StartAsync();
        return new WorkerServer(app);
    }

    /// <summary>Asks, with headers by name and value.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        // The path goes out as it is written.
        var request = new HttpRequestMessage(method, new Uri(Http.BaseAddress + path.TrimStart('/'), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })) { Content = content };
        if (key is not null) request.Headers.Add("Authorization", $"Bearer {key}");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class OfTheWorker;
}
