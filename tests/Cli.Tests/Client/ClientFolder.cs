using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Api;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Cli.Tests;

/// <summary>A data folder for one test, that nobody owns or that is served; on an address too, where that is wanted.</summary>
internal sealed class ClientFolder : IAsyncDisposable
{
    private LocalHost? _host;

    public string Path { get; } = Directory.CreateTempSubdirectory("updraft-cl-").FullName;

    public LocalHost Host => _host!;

    /// <summary>A folder with nothing in it.</summary>
    public static ClientFolder Make() => new();

    /// <summary>A client of the folder, served or not.</summary>
    public static async Task<(ClientFolder Folder, ApiClient Api)> AskedAsync(Way way)
    {
        var folder = new ClientFolder();
        if (way == Way.Alone) return (folder, ApiClient.OfFolder(folder.Path, TimeProvider.System, create: true));
        var server = await folder.ServeAsync(way == Way.Server ? ["http://127.0.0.1:0"] : []);
        return (folder, way == Way.Server ? ApiClient.OfServer(new Uri(server.Urls[0]), null) : ApiClient.OfFolder(folder.Path, TimeProvider.System));
    }

    /// <summary>Owns and drives the folder.</summary>
    public async Task<ApiServer> ServeAsync(params string[] urls)
    {
        _host = await LocalHost.OpenAsync(new LocalHostOptions { Folder = Path, Clock = TimeProvider.System, Logging = NullLoggerFactory.Instance });
        var server = await _host.ListenAsync([.. urls]);
        await _host.StartAsync();
        return server;
    }

    public async Task StopAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _host = null;
    }

    /// <summary>A run of a DAG of one task that waits for nothing.</summary>
    public static TriggerInline Run(string runId) => new()
    {
        Spec = JsonDocument.Parse(DagJson.Serialize(Pictures.Dag(Pictures.Task("a") with { With = Pictures.Json("""{"script":"true"}""") }))).RootElement,
        Operators = BuiltInOperators.Catalog.Manifests,
        Run = new RunGiven { RunId = runId },
    };

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Path, recursive: true);
    }
}

/// <summary>How a folder is asked.</summary>
public enum Way
{
    /// <summary>Nobody owns it.</summary>
    Alone,

    /// <summary>Over the socket of its owner.</summary>
    Socket,

    /// <summary>At an address.</summary>
    Server,
}
