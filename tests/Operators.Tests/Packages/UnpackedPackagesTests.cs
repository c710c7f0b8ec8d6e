using System.Diagnostics;
using System.Text.Json;
using Updraft.Cli;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>What a machine keeps of the packages that it has unpacked. A second object on the folder is as a second process: each holds locks of its own.</summary>
public sealed class UnpackedPackagesTests(SamplePackage sample) : IClassFixture<SamplePackage>, IDisposable
{
    private const int Size = 100_000;

    private static readonly TimeSpan LongestUse = TimeSpan.FromHours(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-unpacked-");
    private readonly VirtualTime _time = new();

    private string Root => Path.Combine(_folder.FullName, "packages");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Add_BeyondTheLimit_RemovesWhatWasUsedLongestAgo()
    {
        var packages = Machine(room: 2);
        var (a, b, c) = (await AddAsync(packages, "a"), await AddAsync(packages, "b"), "");
        _time.Advance(2 * LongestUse);
        Assert.NotNull(await packages.FindAsync(a));
        _time.Advance(2 * LongestUse);

        c = await AddAsync(packages, "c");

        Assert.Equal(new[] { a, c }.Order(), There());
        Assert.Null(await packages.FindAsync(b));
    }

    [Fact]
    public async Task Add_BeyondTheLimit_KeepsWhatIsInUse()
    {
        var packages = Machine(room: 1);
        var (a, b) = (await AddAsync(packages, "a"), await AddAsync(packages, "b"));
        Assert.Equal(new[] { a, b }.Order(), There());

        _time.Advance(2 * LongestUse);
        Assert.NotNull(await packages.FindAsync(a));
        var c = await AddAsync(packages, "c");

        Assert.Equal(new[] { a, c }.Order(), There());
    }

    [Fact]
    public async Task Trim_OfAPackageWhoseCodeIsLoaded_KeepsIt()
    {
        var packages = Machine(room: 0);
        var loaded = await packages.AddAsync(sample.Built.Hash, await ZipOfAsync(new PackageFolders(PackageBuilder.PackagesOf(sample.Data)).FolderOf(sample.Built.Hash)));
        await AddAsync(packages, "a");
        Assert.NotNull(loaded.Operators.Find("greet"));
        _time.Advance(2 * LongestUse);

        packages.Trim();

        Assert.Equal([sample.Built.Hash], There());
        Assert.Same(loaded, await packages.FindAsync(sample.Built.Hash));
    }

    [Fact]
    public async Task Trim_OfWhatAnotherProcessUses_KeepsIt()
    {
        var (one, two) = (Machine(room: 0), Machine(room: 0));
        var a = await AddAsync(one, "a");
        _time.Advance(2 * LongestUse);

        two.Trim();
        Assert.Equal([a], There());

        one.Trim();
        Assert.Empty(There());
        Assert.Null(await two.FindAsync(a));
    }

    [Fact]
    public async Task Trim_OfWhatAProcessUsedThatWasKilled_RemovesIt()
    {
        var packages = Machine(room: 0);
        var a = await AddAsync(packages, "a");
        _time.Advance(2 * LongestUse);
        using var other = Process.Start(new ProcessStartInfo("flock", ["--no-fork", "--shared", Path.Combine(Root, a + ".use"), "sh", "-c", "echo held; exec cat"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync());
        packages.Trim();
        Assert.Equal([a], There());

        other.Kill();
        await other.WaitForExitAsync();
        packages.Trim();

        Assert.Empty(There());
    }

    [Fact]
    public async Task Trim_OfWhatWasHalfUnpacked_RemovesItUnlessItsProcessIsAtWork()
    {
        var packages = Machine(room: 1);
        var a = await AddAsync(packages, "a");
        Directory.CreateDirectory(Path.Combine(Root, "tmp-killed", "package", "files"));
        await File.WriteAllTextAsync(Path.Combine(Root, "tmp-killed", "package.zip"), "half");
        await File.WriteAllTextAsync(Path.Combine(Root, "tmp-killed.lock"), "");
        await File.WriteAllTextAsync(Path.Combine(Root, "tmp-upload.lock"), "half");
        using var working = WorkFolder.In(Root);
        await using var sending = WorkFolder.FileIn(Root);

        packages.Trim();

        Assert.Equal(new[] { a, a + ".use", Path.GetFileName(working.Path), Path.GetFileName(working.Path) + ".lock", Path.GetFileName(sending.Name) }.Order(StringComparer.Ordinal),
            Directory.EnumerateFileSystemEntries(Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Add_ByTwoProcessesAtOnce_IsOneFolder()
    {
        var (hash, zip) = await MakeAsync("a");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Machine(room: 4).AddAsync(hash, new MemoryStream(zip)))));

        Assert.Equal([hash], There());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Root, "tmp-*"));
    }

    [Fact]
    public async Task Find_OfWhatIsBeingRemoved_WaitsUntilItIsGone()
    {
        var (one, two) = (Machine(room: 1), Machine(room: 1));
        var a = await AddAsync(one, "a");
        _time.Advance(2 * LongestUse);
        Machine(room: 1).Trim();
        one.Trim();
        var removing = new FileStream(Path.Combine(Root, a + ".use"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var finding = two.FindAsync(a);
        Assert.False(finding.IsCompleted);

        Directory.Move(Path.Combine(Root, a), Path.Combine(_folder.FullName, "removed"));
        await removing.DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await finding);
    }

    private UnpackedPackages Machine(int room) => new(Root, room * (Size + 10_000), LongestUse, _time);

    private IEnumerable<string> There() => Directory.EnumerateDirectories(Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private async Task<string> AddAsync(UnpackedPackages packages, string name)
    {
        var (hash, zip) = await MakeAsync(name);
        Assert.Equal(hash, (await packages.AddAsync(hash, new MemoryStream(zip))).Hash);
        return hash;
    }

    private async Task<(string Hash, byte[] Zip)> MakeAsync(string name)
    {
        var folder = _folder.CreateSubdirectory("made-" + name).FullName;
        Directory.CreateDirectory(Path.Combine(folder, DagPackage.FilesFolder));
        await File.WriteAllTextAsync(Path.Combine(folder, DagPackage.FilesFolder, "data.txt"), string.Concat(Enumerable.Repeat(name, Size)));
        await File.WriteAllBytesAsync(Path.Combine(folder, DagPackage.DescriptionFile), JsonSerializer.SerializeToUtf8Bytes(new PackageDescription(), OrchestrationJson.Options));
        return (await FolderFiles.Of(folder).HashAsync("", CancellationToken.None), (await ZipOfAsync(folder)).ToArray());
    }

    private static async Task<MemoryStream> ZipOfAsync(string folder)
    {
        var zip = new MemoryStream();
        await PackageZip.WriteAsync(folder, zip);
        zip.Position = 0;
        return zip;
    }
}
