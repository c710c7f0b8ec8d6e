using Updraft.Cli;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Packages that one machine publishes and others load.</summary>
public sealed class BlobPackagesTests(SamplePackage sample) : IClassFixture<SamplePackage>, IAsyncLifetime
{
    private const string Nothing = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-packages-");
    private readonly MemoryBlobs _blobs = new();
    private EmbeddedHost _host = null!;

    public async Task InitializeAsync() => _host = await EmbeddedHost.OpenAsync(new EmbeddedOptions { DataFolder = Path.Combine(_folder.FullName, "data") });

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Get_OnAnotherMachine_LoadsTheCode()
    {
        Assert.True(await Machine("one").AddAsync(sample.Built.Hash, await ZipAsync()));

        var there = Machine("two");
        Assert.True(await there.HasAsync(sample.Built.Hash));
        var package = await there.GetAsync(sample.Built.Hash);

        Assert.IsAssignableFrom<IRunOperator>(package.Operators.Find("greet"));
        Assert.Same(package, await there.GetAsync(sample.Built.Hash));
    }

    [Fact]
    public async Task Get_ByManyAtOnce_IsOnePackage()
    {
        await Machine("one").AddAsync(sample.Built.Hash, await ZipAsync());
        var there = Machine("two");

        var packages = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => there.GetAsync(sample.Built.Hash))));

        Assert.Single(packages.Distinct());
    }

    [Fact]
    public async Task Get_OfAnArchiveThatIsAnother_IsRefused()
    {
        await Machine("one").AddAsync(sample.Built.Hash, await ZipAsync());
        using var other = await ZipAsync();
        await _blobs.WriteAsync($"packages/{Nothing}/", other);

        Assert.Equal(OperatorErrors.Package, (await Assert.ThrowsAsync<UpdraftException>(() => Machine("two").GetAsync(Nothing))).Code);
    }

    [Fact]
    public async Task Get_OfWhatWasNeverPublished_SaysSo() =>
        Assert.Contains("publish the DAG again", (await Assert.ThrowsAsync<UpdraftException>(() => Machine("one").GetAsync(Nothing))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Has_OfWhatIsNoHash_IsRefused() => await Assert.ThrowsAsync<UpdraftException>(() => Machine("one").HasAsync("../../etc/passwd"));

    [Fact]
    public async Task Add_AfterAnUploadThatWasCutShort_SendsIt()
    {
        await new PackageFolders(Path.Combine(_folder.FullName, "one")).AddAsync(sample.Built.Hash, await ZipAsync());

        Assert.True(await Machine("one").AddAsync(sample.Built.Hash, Stream.Null));

        Assert.NotNull(await Machine("two").GetAsync(sample.Built.Hash));
    }

    [Fact]
    public async Task Add_OfWhatIsThere_ReadsNothing()
    {
        await Machine("one").AddAsync(sample.Built.Hash, await ZipAsync());

        Assert.False(await Machine("two").AddAsync(sample.Built.Hash, new MemoryStream([1, 2, 3])));
    }

    [Fact]
    public async Task Add_OfSomethingElse_StoresNothing()
    {
        using var zip = await ZipAsync();
        await Assert.ThrowsAsync<UpdraftException>(() => Machine("one").AddAsync(Nothing, zip));

        Assert.Empty(_blobs.Paths);
    }

    private BlobPackages Machine(string name) => new(_blobs, new PackageNotes(_host.State, TimeProvider.System), new UnpackedPackages(Path.Combine(_folder.FullName, name), 1 << 30, TimeSpan.FromHours(1), TimeProvider.System), TimeProvider.System);

    private async Task<MemoryStream> ZipAsync()
    {
        var zip = new MemoryStream();
        await PackageZip.WriteAsync(new PackageFolders(PackageBuilder.PackagesOf(sample.Data)).FolderOf(sample.Built.Hash), zip);
        zip.Position = 0;
        return zip;
    }
}
