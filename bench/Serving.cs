using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Updraft.Api;
using Updraft.Embedded;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Bench;

/// <summary>How fast the API answers over HTTP, with many runs stored, while the engine rests and while it does all that it can.</summary>
internal static class Serving
{
    public const string Name = "serving";

    private const int Passes = 101, Wave = 100;

    private static readonly (string What, string Path)[] Questions =
    [
        ("100 newest runs", "runs?count=100"),
        ("100 newest runs of a DAG", "runs?count=100&dag=dag-7"),
        ("100 failed runs", "runs?count=100&state=failed"),
        ("100 runs with a label", "runs?count=100&label=region%3Dr3"),
        ("a run by business key", "runs?businessKey=order-7"),
        ("runs under way", "runs?state=running"),
        ("one run", "runs/single"),
        ("its tasks", "runs/single/tasks"),
        ("its instances", "runs/single/instances"),
        ("figures of 7 days of a DAG", "statistics?since=2026-01-01&until=2026-01-07&dag=dag-7"),
        ("figures of 7 days of all", "statistics?since=2026-01-01&until=2026-01-07"),
    ];

    public static async Task RunAsync(int stored)
    {
        var folder = Directory.CreateTempSubdirectory("updraft-bench-").FullName;
        try
        {
            await using (var filled = await DagTestHost.StartAsync(new DagTestOptions { Embedded = new EmbeddedOptions { DataFolder = folder, RelaxedDurability = true } }))
                await History.StoreAsync(filled.Embedded.State, stored);
            await using var host = await DagTestHost.StartAsync(new DagTestOptions { Operators = [new Noop()], Embedded = new EmbeddedOptions { DataFolder = folder } });
            await using var app = await ServeAsync(host);
            using var http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + UpdraftApi.Prefix + "/") };
            await host.RunAsync(Scenes.Of("three-step").Dag, runId: "single");

            await AskAsync(http);
            var quiet = await AskAsync(http);
            using var stop = new CancellationTokenSource();
            await LoadAsync(host, "warm", TimeSpan.FromSeconds(2), default);
            var alone = await LoadAsync(host, "alone", TimeSpan.FromSeconds(5), default);
            var load = Task.Run(() => LoadAsync(host, "beside", Timeout.InfiniteTimeSpan, stop.Token));
            var busy = await AskAsync(http);
            await stop.CancelAsync();
            var beside = await load;

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name}: {stored:N0} runs stored; medians of {Passes} over HTTP, the engine at rest and at full load ({alone:N0} runs a second of 3 steps by itself, {beside:N0} while it is asked)"));
            foreach (var (what, _) in Questions) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-30} {quiet[what].TotalMilliseconds,8:0.0} ms {busy[what].TotalMilliseconds,8:0.0} ms"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<WebApplication> ServeAsync(DagTestHost host)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging();
        builder.Services.AddUpdraftApi(host.Services, new Here(host), new ApiOptions { Clock = TimeProvider.System, Open = true });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseUpdraftApi();
        await app.StartAsync();
        return app;
    }

    private static async Task<Dictionary<string, TimeSpan>> AskAsync(HttpClient http)
    {
        var medians = new Dictionary<string, TimeSpan>();
        foreach (var (what, path) in Questions)
        {
            var times = new List<TimeSpan>();
            for (var pass = 0; pass < Passes; pass++)
            {
                var started = Stopwatch.GetTimestamp();
                await http.GetByteArrayAsync(path);
                times.Add(Stopwatch.GetElapsedTime(started));
            }
            times.Sort();
            medians[what] = times[times.Count / 2];
        }
        return medians;
    }

    /// <summary>Runs a second, of waves of runs one after the other.</summary>
    private static async Task<double> LoadAsync(DagTestHost host, string name, TimeSpan time, CancellationToken stop)
    {
        var (began, done) = (Stopwatch.GetTimestamp(), 0);
        while (!stop.IsCancellationRequested && (time == Timeout.InfiniteTimeSpan || Stopwatch.GetElapsedTime(began) < time))
        {
            await Task.WhenAll(Enumerable.Range(done, Wave).Select(n => host.RunAsync(Scenes.Of("three-step").Dag, runId: $"{name}-{n}")));
            done += Wave;
        }
        return done / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private sealed class Here(DagTestHost host) : IApiHost
    {
        public string Name => "the bench";

        public Dags.UpdraftException? Failure => host.Embedded.Failure;

        public bool Drives(string? runId) => true;

        public Task<RetentionReport> RetainAsync(RetentionPolicy? policy, CancellationToken cancellation) => host.Services.Retention.RunOnceAsync(policy ?? new(), cancellation);

        public Task<BackupMade> BackupAsync(string folder, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
