using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Api.Tests;

/// <summary>The API over a real engine in a folder of its own, on virtual time.</summary>
internal sealed class ApiTestServer : IApiHost, IAsyncDisposable
{
    private const string Target = "X-Test-Target";

    // Half a minute or more of trying: what is stored by then was never to come.
    private const int MostLooks = 20_000_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-api-");
    private DagTestHost _engine = null!;
    private WebApplication _app = null!;

    private ApiTestServer()
    {
    }

    public VirtualTime Time { get; } = new();

    /// <summary>The operator <c>step</c>.</summary>
    public StepOperator Steps { get; } = new();

    public DagTestHost Engine => _engine;

    public RunServices Services => _engine.Services;

    /// <summary>The routes and all else that the pipeline holds.</summary>
    public IServiceProvider Pipeline => _app.Services;

    /// <summary>Whoever asks by this is whom <see cref="ApiOptions"/> makes of strangers.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>For requests that no client would send.</summary>
    public TestServer Pipe => _app.GetTestServer();

    public string Name => "the test";

    /// <summary>Who asks from now on, of an API that is not open; null for nobody.</summary>
    public Access? Someone { get; set; }

    /// <summary>Whether what is asked comes as over the socket of a data folder.</summary>
    public bool IsOwner { get; set; }

    public UpdraftException? Failure { get; set; }

    public bool IsDriven { get; set; } = true;

    /// <summary>Starts; the API is open where nothing else is said.</summary>
    public static async Task<ApiTestServer> StartAsync(Func<ApiOptions, ApiOptions>? set = null, params IOperator[] operators)
    {
        var server = new ApiTestServer();
        server._engine = await DagTestHost.StartAsync(new DagTestOptions
        {
            Operators = [server.Steps, .. operators],
            Embedded = new EmbeddedOptions { DataFolder = server._folder.FullName, Time = server.Time, RelaxedDurability = true },
        });
        var options = new ApiOptions { Clock = server.Time, Open = true };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging();
        builder.Services.AddUpdraftApi(server.Services, server, set?.Invoke(options) ?? options);
        builder.WebHost.UseTestServer();
        server._app = builder.Build();
        server._app.Use(server.ComeInAsync);
        server._app.UseUpdraftApi();
        await server._app.StartAsync();
        server.Http = server._app.GetTestClient();
        return server;
    }

    /// <summary>Publishes a DAG of YAML.</summary>
    public async Task<PublishedDag> PublishAsync(string yaml, Caller? by = null) =>
        await Services.Catalogue.PublishAsync(new PublishDag { Spec = Yaml(yaml), By = by ?? Caller.System });

    /// <summary>A DAG of YAML.</summary>
    public static DagSpec Yaml(string yaml) => Assert.Single(DagYaml.Read(yaml).Dags).Dag;

    /// <summary>Has something done, and reads the answer.</summary>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, object? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<T>(text, ApiJson.Options)!;
    }

    /// <summary>Asks for something that is refused.</summary>
    public async Task<Problem> RefusedAsync(HttpMethod method, string path, object? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        Assert.False(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode}");
        Assert.Equal(Problem.MediaType, answer.Content.Headers.ContentType?.MediaType);
        var problem = (await answer.Content.ReadFromJsonAsync<Problem>(ApiJson.Options))!;
        Assert.Equal((int)answer.StatusCode, problem.Status);
        return problem;
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"{UpdraftApi.Prefix}/{path}") { Content = body is null ? null : body as HttpContent ?? JsonContent.Create(body, options: ApiJson.Options) };
        request.Headers.TryAddWithoutValidation(Target, path.StartsWith('/') ? path : $"{UpdraftApi.Prefix}/{path}");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return Http.SendAsync(request);
    }

    /// <summary>Waits until a run is shown as wanted; documents are stored once a second.</summary>
    public async Task<RunResource> ShownAsync(string runId, Func<RunResource, bool> wanted)
    {
        while (true)
        {
            using var next = Services.Notices.Next(runId);
            var run = await SendAsync<RunResource>(HttpMethod.Get, $"runs/{runId}");
            if (wanted(run)) return run;
            for (var looks = 0; !next.Task.IsCompleted; looks++)
            {
                Assert.True(looks < MostLooks, $"run '{runId}' stays {run.Status} ({run.Reason}), and was to become something else");
                Time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
        }
    }

    /// <summary>Waits until a run has ended, going on from timer to timer.</summary>
    public async Task<RunView> EndAsync(string runId)
    {
        while (true)
        {
            await _engine.Embedded.IdleAsync();
            if (await Services.Runs.Reader.GetAsync(runId) is { Final: true } run) return run;
            Assert.True(Time.JumpToNextTimer(), "nothing is left to do, and the run has not ended");
        }
    }

    private Task ComeInAsync(HttpContext context, RequestDelegate next)
    {
        // The test's server tells the path only as it is once escapes are undone, as no other server does.
        if (context.Request.Headers.Remove(Target, out var target)) context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target.ToString();
        if (Someone is { } someone) context.User = someone.ToPrincipal();
        if (IsOwner) context.Features.Set<ITrustedConnection>(new Owner());
        return next(context);
    }

    bool IApiHost.Drives(string? runId) => IsDriven;

    /// <summary>What this host keeps when it is told nothing.</summary>
    public RetentionPolicy OwnPolicy { get; set; } = new();

    Task<RetentionReport> IApiHost.RetainAsync(RetentionPolicy? policy, CancellationToken cancellation) => Services.Retention.RunOnceAsync(policy ?? OwnPolicy, cancellation);

    async Task<BackupMade> IApiHost.BackupAsync(string folder, CancellationToken cancellation)
    {
        var manifest = await _engine.Embedded.BackupAsync(folder, cancellation);
        return new BackupMade(manifest.At, manifest.Files.Length, manifest.Files.Sum(file => file.Bytes));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await _engine.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private sealed class Owner : ITrustedConnection;
}
