using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Updraft.Operators.Tests;

/// <summary>A small HTTP server of a test: it answers as it is told, checks every request it gets, and has the faults that services have.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _faults = new();
    private readonly List<ServiceRequest> _requests = [];
    private readonly List<(string Method, string Path, Func<ServiceRequest, IResult> Answer)> _routes = [];

    private FakeService(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    /// <summary>What it was asked, faults included.</summary>
    public IReadOnlyList<ServiceRequest> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public static async Task<FakeService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var service = new FakeService(app);
        app.UseWebSockets();
        app.Run(service.HandleAsync);
        await app.StartAsync();
        return service;
    }

    /// <summary>Answers a method and a path; a path that ends in <c>*</c> is a prefix. The first that fits answers; what none fits is a 404.</summary>
    public FakeService On(string method, string path, Func<ServiceRequest, IResult> answer)
    {
        _routes.Add((method, path, answer));
        return this;
    }

    /// <inheritdoc cref="On(string, string, Func{ServiceRequest, IResult})"/>
    public FakeService On(string method, string path, object answer, int status = 200) => On(method, path, _ => Results.Json(answer, statusCode: status));

    /// <summary>Throttles the next request: 429 with Retry-After.</summary>
    public FakeService Throttle(int seconds)
    {
        _faults.Enqueue(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        return this;
    }

    /// <summary>Answers the next request with a status and a text.</summary>
    public FakeService Fail(int status, string text = "")
    {
        _faults.Enqueue(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(text);
        });
        return this;
    }

    /// <summary>Closes the connection of the next request, after half an answer where <paramref name="half"/>.</summary>
    public FakeService Break(bool half)
    {
        _faults.Enqueue(async context =>
        {
            if (half)
            {
                context.Response.ContentLength = 1000;
                await context.Response.Body.WriteAsync("{\"half\":"u8.ToArray());
                await context.Response.Body.FlushAsync();
            }
            context.Abort();
        });
        return this;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new ServiceRequest(
            context.Request.Method, context.Request.Path.Value!, context.Request.QueryString.Value ?? "",
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetString(body.ToArray()));
        lock (_requests) _requests.Add(request);
        if (_faults.TryDequeue(out var fault))
        {
            await fault(context);
            return;
        }
        var route = _routes.FirstOrDefault(route => route.Method == request.Method && (route.Path.EndsWith('*') ? request.Path.StartsWith(route.Path[..^1], StringComparison.Ordinal) : request.Path == route.Path));
        var answer = route.Answer is null ? Results.NotFound() : route.Answer(request);
        await answer.ExecuteAsync(context);
    }
}

/// <summary>A request that a service got.</summary>
internal sealed record ServiceRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
