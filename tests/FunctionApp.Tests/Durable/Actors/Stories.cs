using System.Text.Json;

namespace Updraft.FunctionApp.Tests;

/// <summary>What came of things, as text that is the same on every engine: their documents without times.</summary>
internal static class Stories
{
    /// <summary>A run's state and every instance with its state, try, output and reason.</summary>
    public static async Task<string> RunAsync(this RunHost host, string runId)
    {
        var run = (await host.Services.Runs.Reader.GetAsync(runId))!;
        var lines = new List<string>();
        await foreach (var each in host.Services.Runs.Reader.InstancesAsync(run))
            lines.Add($"{each.Task}[{string.Join('/', each.Keys)}] {each.State} try {each.Try} {each.Code} {each.Output?.Value?.GetRawText() ?? each.Output?.Blob}");
        return $"{runId} {run.Body.Status} {run.Final} {JsonSerializer.Serialize(run.Body.Counts)}\n" + string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    /// <summary>All runs of a DAG, as <see cref="RunAsync"/>.</summary>
    public static async Task<string> RunsAsync(this RunHost host, string dag)
    {
        var runs = new List<string>();
        await foreach (var (entry, _) in host.Services.Runs.ListAsync(dag)) runs.Add(await host.RunAsync(entry.RunId));
        return string.Join('\n', runs.Order(StringComparer.Ordinal));
    }
}
