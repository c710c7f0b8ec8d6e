using Updraft.Operators;

namespace Updraft.Cli.Tests;

public sealed class LoadedDagsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-loaded-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Package_RemovedJustThen_IsMadeAnew()
    {
        var (dag, data) = (Path.Combine(_folder.FullName, "dag"), Path.Combine(_folder.FullName, "data"));
        Directory.CreateDirectory(dag);
        await File.WriteAllTextAsync(Path.Combine(dag, "dag.yaml"), "name: d\ntasks:\n  a: { shell: { script: ./a.sh } }\n");
        await File.WriteAllTextAsync(Path.Combine(dag, "a.sh"), "true");
        var loaded = await new DagLoader(data, _ => { }).LoadAsync(DagPath.Of(dag), CancellationToken.None);
        var packages = new PackageFolders(PackageBuilder.PackagesOf(data));
        var asked = new List<string>();

        var hash = await loaded.PackageAsync(data, (built, _) =>
        {
            asked.Add(built);
            Directory.Delete(packages.FolderOf(built), recursive: true);
            return Task.FromResult(false);
        }, _ => { }, CancellationToken.None);

        Assert.Equal(hash, Assert.Single(asked));
        Assert.True(await packages.HasAsync(hash!));
    }
}
