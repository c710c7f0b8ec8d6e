using System.Diagnostics;
using System.Globalization;
using System.Text;
using Updraft.Azure;
using Updraft.Azurite;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Bench;

/// <summary>What it costs to keep documents and blobs in Azurite instead of the data folder, with the same engine.</summary>
internal static class Storing
{
    public const string Name = "storage";

    private const int Documents = 300, Runs = 40;

    public static async Task RunAsync()
    {
        if (AzuriteServer.Missing is { } missing)
        {
            Console.WriteLine($"{Name}: {missing}");
            return;
        }
        await using var azurite = new AzuriteServer();
        await azurite.StartAsync();
        var storage = await AzureStorage.OpenAsync(new AzureStorageOptions { Storage = azurite.ConnectionString });
        var folder = Directory.CreateTempSubdirectory("updraft-bench-").FullName;
        try
        {
            var here = await MeasureAsync(Path.Combine(folder, "here"), null);
            var there = await MeasureAsync(Path.Combine(folder, "there"), storage);
            foreach (var (what, at, away) in here.Zip(there, (at, away) => (at.What, at.Median, away.Median)))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name}: {what}: {at:0.00} ms in the data folder, {away:0.00} ms in Azurite, ratio {away / at:0.0}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<(string What, double Median)>> MeasureAsync(string folder, AzureStorage? storage)
    {
        await using var host = await EmbeddedHost.OpenAsync(new EmbeddedOptions { DataFolder = folder });
        var (state, blobs) = storage is null ? (host.State, host.Blobs) : (storage.State, storage.Blobs);
        var operators = new OperatorCatalog([.. BuiltInOperators.Catalog.All, new Noop()]);
        var services = new RunServices(new RunPorts(state, blobs, host.Attempts, host.Client, TimeProvider.System), operators, new PackageFolders(Path.Combine(folder, "packages")), Path.Combine(folder, "scratch"));
        var registry = new ActivityRegistry();
        services.Register(registry);
        await host.StartAsync(registry);
        var content = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 1_000)}}"}""");
        var three = new TriggerRun { Dag = Scenes.Of("three-step").Dag, Operators = [.. operators.Manifests.Where(manifest => manifest.Name == "noop")] };
        return
        [
            ("a put of 1 KB", await MedianAsync(Documents, n => state.PutAsync($"bench/{n}/", new DocumentWrite { Content = content, If = WriteCondition.IfAbsent }))),
            ("a get of 1 KB", await MedianAsync(Documents, n => state.GetAsync($"bench/{n}/"))),
            ("an append of 1 KB", await MedianAsync(Documents, n => blobs.AppendAsync("bench/log/", n * content.LongLength, content))),
            ("a run of three steps", await MedianAsync(Runs, async n => await services.Runs.WaitAsync((await services.Runs.TriggerAsync(three with { RunId = string.Create(CultureInfo.InvariantCulture, $"r{n}") })).Request.RunId))),
        ];
    }

    /// <summary>In milliseconds, after a tenth to warm up.</summary>
    private static async Task<double> MedianAsync(int times, Func<int, Task> act)
    {
        var took = new List<double>();
        for (var n = 0; n < times; n++)
        {
            var began = Stopwatch.GetTimestamp();
            await act(n);
            if (n >= times / 10) took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        return took.Order().ElementAt(took.Count / 2);
    }
}
