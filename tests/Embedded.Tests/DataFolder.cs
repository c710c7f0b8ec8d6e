using System.Security.Cryptography;
using Updraft.Orchestration;

namespace Updraft.Embedded.Tests;

/// <summary>A data folder of its own for a test, which one host after another may open.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-embedded-");

    public string Path => _folder.FullName;

    public VirtualTime Time { get; } = new();

    public EmbeddedOptions Options => new() { DataFolder = Path, Time = Time, RelaxedDurability = true };

    public Task<EmbeddedHost> OpenAsync(Func<EmbeddedOptions, EmbeddedOptions>? with = null) => EmbeddedHost.OpenAsync(with?.Invoke(Options) ?? Options);

    /// <summary>All files and their bytes, in one line each.</summary>
    public IReadOnlyList<string> Read() =>
        [.. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];

    public void Dispose() => _folder.Delete(recursive: true);
}

internal static class HostExtensions
{
    /// <summary>Lets time pass until an instance has ended.</summary>
    public static async Task<OrchestrationMetadata> RunToEndAsync(this EmbeddedHost host, string instanceId)
    {
        var end = host.WaitForEndAsync(instanceId);
        await ((VirtualTime)host.Options.Time).RunAsync(host.IdleAsync, end);
        return (await end)!;
    }

    public static Task<bool> ScheduleAsync(this EmbeddedHost host, string orchestrator, string instanceId, object? input = null, string? run = null)
    {
        var options = new StartOrchestrationOptions { InstanceId = instanceId };
        if (run is not null) options = options with { Tags = options.Tags.Add("run", run) };
        return host.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, options);
    }
}
