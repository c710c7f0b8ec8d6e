using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Listens on the socket of a data folder for what other commands ask of its owner.</summary>
internal sealed class OwnerListener : IAsyncDisposable
{
    /// <summary>What paths begin with.</summary>
    public const string Prefix = "v1/";

    private const long LargestRequest = 16 << 20;

    private readonly WebApplication _app;
    private readonly LocalHost _host;
    private readonly CancellationTokenSource _stop = new();

    private OwnerListener(WebApplication app, LocalHost host, string path)
    {
        (_app, _host, Path) = (app, host, path);
        _app.Run(AnswerAsync);
    }

    /// <summary>The socket's path.</summary>
    public string Path { get; }

    /// <summary>Begins to listen.</summary>
    public static async Task<OwnerListener> StartAsync(LocalHost host, ILoggerFactory logging)
    {
        var path = OwnerSocket.Prepare(host.Data.Folder);
        // Nothing of the environment or of files in the current folder has a say in where it listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logging);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSockets(options => options.CreateBoundListenSocket = _ => OwnerSocket.Bind(path));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            kestrel.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var listener = new OwnerListener(builder.Build(), host, path);
        await listener._app.StartAsync();
        return listener;
    }

    /// <summary>Stops listening; who still waits is told.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        OwnerSocket.Remove(_host.Data.Folder);
        _stop.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stop.Token);
        try
        {
            var name = context.Request.Path.Value?[1..] is { } asked && asked.StartsWith(Prefix, StringComparison.Ordinal) ? asked[Prefix.Length..] : "";
            if (!HttpMethods.IsPost(context.Request.Method) || Operations.Find(name) is not { } operation) throw Operation.Unknown($"there is no {context.Request.Path}");
            var answer = await operation.AnswerAsync(_host, context.Request.Body, ended.Token);
            await WriteAsync(context, StatusCodes.Status200OK, answer);
        }
        catch (UpdraftException e)
        {
            await FailAsync(context, StatusCodes.Status422UnprocessableEntity, new OwnerFailure(e.Code, e.Message));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            await FailAsync(context, StatusCodes.Status503ServiceUnavailable, new OwnerFailure(CliErrors.OwnerLost, $"the process that owns {_host.Data.Folder} is stopping: ask again"));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked is gone.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await FailAsync(context, StatusCodes.Status500InternalServerError, new OwnerFailure(CliErrors.Files, e.Message));
        }
        catch (Exception e)
        {
            // A defect stops neither the owner nor whoever asks.
            await FailAsync(context, StatusCodes.Status500InternalServerError, new OwnerFailure(CliErrors.OwnerFailed, $"the owner of the data folder failed, which is a defect to report: {e}"));
        }
    }

    private static Task FailAsync(HttpContext context, int status, OwnerFailure failure) => WriteAsync(context, status, JsonSerializer.SerializeToUtf8Bytes(failure, OrchestrationJson.Options));

    private static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, 0, body.Length);
    }

    /// <summary>Signals are the command's own affair.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
