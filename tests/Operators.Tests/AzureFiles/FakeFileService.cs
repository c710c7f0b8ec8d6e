using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Updraft.Operators.Tests;

/// <summary>The files of a storage account, which answers as its documentation says, checks every request, and has the faults that services have.</summary>
internal sealed class FakeFileService : IAsyncDisposable
{
    public const string Account = "acc";
    public const string Signature = "sv=2022-11-02&sig=s1gnature%3D";
    public const string AzureToken = "storage-token";
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly List<(Func<HttpRequest, bool> When, Func<HttpContext, FakeShares, Task> Fault)> _faults = [];

    private FakeFileService(WebApplication app) => _app = app;

    public static string Key { get; } = Convert.ToBase64String("the key of the account"u8);

    public Uri Url => new(_app.Urls.First());

    public FakeShares Shares { get; } = new();

    /// <summary>What it was asked, faults included: method, path and what is asked of it.</summary>
    public IReadOnlyCollection<string> Calls => _calls;

    public Connection ByKey => new() { Url = Url, User = Account, Password = Key };

    public static async Task<FakeFileService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var service = new FakeFileService(app);
        app.Run(service.HandleAsync);
        await app.StartAsync();
        return service;
    }

    /// <summary>What goes wrong with the next request that fits, once for each time this is called.</summary>
    public FakeFileService Next(string call, Func<HttpContext, FakeShares, Task> fault)
    {
        lock (_faults) _faults.Add((request => Call(request).StartsWith(call, StringComparison.Ordinal), fault));
        return this;
    }

    /// <summary>Answers the next request that fits with a status and an error code.</summary>
    public FakeFileService Fail(string call, int status, string code, int? retryAfter = null) => Next(call, (context, _) =>
    {
        if (retryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return FakeShares.FailAsync(context, status, code);
    });

    /// <summary>Closes the connection of the next request that fits: before an answer, or after half of one.</summary>
    public FakeFileService Break(string call, bool half) => Next(call, async (context, shares) =>
    {
        if (half)
        {
            var whole = context.Response.Body;
            using var kept = new MemoryStream();
            context.Response.Body = kept;
            await shares.HandleAsync(context);
            context.Response.Body = whole;
            await whole.WriteAsync(kept.ToArray().AsMemory(0, (int)kept.Length / 2));
            await whole.FlushAsync();
        }
        context.Abort();
    });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static string Call(HttpRequest request) =>
        $"{request.Method} {request.Path.Value}{(request.Query["comp"].ToString() is { Length: > 0 } comp ? $" {comp}" : "")}{(request.Query["restype"].ToString() is { Length: > 0 } type ? $" {type}" : "")}";

    private async Task HandleAsync(HttpContext context)
    {
        _calls.Enqueue(Call(context.Request));
        Func<HttpContext, FakeShares, Task>? fault = null;
        lock (_faults)
        {
            var at = _faults.FindIndex(each => each.When(context.Request));
            if (at >= 0)
            {
                fault = _faults[at].Fault;
                _faults.RemoveAt(at);
            }
        }
        if (FakeFileSignature.Refusal(context.Request, context.Features.Get<IHttpRequestFeature>()!.RawTarget) is { } refusal) await FakeShares.FailAsync(context, refusal.Status, refusal.Code);
        else if (fault is not null) await fault(context, Shares);
        else await Shares.HandleAsync(context);
    }
}
