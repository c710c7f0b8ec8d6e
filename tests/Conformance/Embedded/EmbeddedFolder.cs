using Updraft.Embedded;

namespace Updraft.Conformance;

/// <summary>A data folder of its own for a test, with a host on it.</summary>
public sealed class EmbeddedFolder
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-conformance-");
    private EmbeddedHost? _host;

    public VirtualTime Time { get; } = new();

    public async Task<EmbeddedHost> OpenAsync(int? weakSeed = null) =>
        _host = await EmbeddedHost.OpenAsync(new() { DataFolder = _folder.FullName, Time = Time, WeakSeed = weakSeed, RelaxedDurability = true });

    public async Task DeleteAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
