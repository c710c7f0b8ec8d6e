using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Where packages are stored.</summary>
public enum PackagePlace
{
    /// <summary>In a folder of one process.</summary>
    Folders,

    /// <summary>As blobs, for many machines.</summary>
    Blobs,
}

/// <summary>A package, a DAG that has it, and passes of retention over real stores.</summary>
internal sealed class PackageScene : IAsyncDisposable
{
    public static readonly RetentionPolicy Policy = new() { Runs = TimeSpan.FromDays(1), UnusedVersions = TimeSpan.FromDays(7), Versions = 1 };

    private readonly DirectoryInfo _machines = Directory.CreateTempSubdirectory("updraft-packages-");
    private readonly PackagePlace _place;
    private byte[] _zip = [];
    private int _machine;

    private PackageScene(Scene scene, PackagePlace place) => (Scene, _place) = (scene, place);

    public Scene Scene { get; }

    public string Hash { get; private set; } = "";

    /// <summary>Where packages lie that are in folders.</summary>
    public string Folder => Path.Combine(_machines.FullName, "packages");

    public IStateStore State => Scene.Host.Embedded.State;

    public IBlobStore Blobs => Scene.Host.Embedded.Blobs;

    public static async Task<PackageScene> OpenAsync(PackagePlace place)
    {
        var scene = new PackageScene(await Scene.OpenAsync(), place);
        await scene.MakePackageAsync();
        return scene;
    }

    /// <summary>The packages, as a machine sees them that has just begun.</summary>
    public IPackageStore Machine(Steps? steps = null)
    {
        var notes = new PackageNotes(steps?.Of(State) ?? State, Scene.Time);
        return _place is PackagePlace.Folders ? new PackageFolders(Folder, notes) : new BlobPackages(steps?.Of(Blobs) ?? Blobs, notes, new UnpackedPackages(Path.Combine(_machines.FullName, $"{++_machine}"), 1 << 30, TimeSpan.FromHours(1), Scene.Time), Scene.Time);
    }

    public Task<bool> AddAsync(IPackageStore packages) => packages.AddAsync(Hash, new MemoryStream(_zip));

    /// <summary>What whoever publishes does before: the package is sent unless it is there.</summary>
    public async Task SendAsync(IPackageStore packages)
    {
        if (!await packages.HasAsync(Hash)) await AddAsync(packages);
    }

    /// <summary>Publishes the DAG: with the package, or other content without it.</summary>
    public Task PublishAsync(bool withPackage) =>
        Scene.Host.Services.Catalogue.PublishAsync(new PublishDag { Spec = Dag(withPackage ? "a" : "b"), Package = withPackage ? Hash : null });

    public Task RunAsync(string runId) => Scene.Host.Services.Catalogue.TriggerAsync("d", trigger => trigger with { RunId = runId });

    /// <summary>A pass of retention; how many packages it removed.</summary>
    public async Task<int> PassAsync(IPackageStore? packages = null, Steps? steps = null)
    {
        var retention = new Orchestration.Retention(steps?.Of(State) ?? State, Blobs, Scene.Host.Embedded.Client, Scene.Host.Actors.Specs, Scene.Host.Services.Catalogue, Scene.Time, NullLogger.Instance, packages ?? Machine(steps));
        var report = await retention.RunOnceAsync(Policy);
        if (steps is null) Assert.Empty(report.Problems);
        return report.Packages;
    }

    /// <summary>Nothing refers to the package any more, and that is noted for longer than it is kept.</summary>
    public async Task ForsakeAsync()
    {
        await AddAsync(Machine());
        await PublishAsync(withPackage: true);
        await PublishAsync(withPackage: false);
        Assert.Equal(0, await PassAsync());
        Scene.Time.Advance(TimeSpan.FromDays(8));
    }

    /// <summary>What there is of packages: documents, blobs and folders.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync() =>
    [
        .. await State.ListAsync("packages/").Select(listed => "note " + listed.Path).ToListAsync(),
        .. await Blobs.ListAsync("packages/").Select(path => "blob " + path).ToListAsync(),
        .. Directory.Exists(Folder) ? Directory.EnumerateDirectories(Folder).Select(path => "folder " + Path.GetFileName(path)) : [],
    ];

    /// <summary>Writes the entries of all runs as they were before they said what package a run has.</summary>
    public async Task AgeEntriesAsync()
    {
        await foreach (var (entry, _) in Scene.Host.Runs.ListAsync())
        {
            var index = new RunIndex(State);
            await index.RemoveAsync(entry);
            await index.PutAsync(entry with { Package = null, Revision = 0 });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Scene.DisposeAsync();
        _machines.Delete(recursive: true);
    }

    private static DagSpec Dag(string task)
    {
        var dag = new DagBuilder("d");
        dag.Link(dag.Work(task));
        return dag.Build();
    }

    private async Task MakePackageAsync()
    {
        var folder = _machines.CreateSubdirectory("made");
        Directory.CreateDirectory(Path.Combine(folder.FullName, DagPackage.FilesFolder));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, DagPackage.FilesFolder, "query.sql"), "select 1");
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, DagPackage.DescriptionFile), JsonSerializer.SerializeToUtf8Bytes(new PackageDescription(), OrchestrationJson.Options));
        Hash = await FolderFiles.Of(folder.FullName).HashAsync("", CancellationToken.None);
        var zip = new MemoryStream();
        await PackageZip.WriteAsync(folder.FullName, zip);
        _zip = zip.ToArray();
    }
}
