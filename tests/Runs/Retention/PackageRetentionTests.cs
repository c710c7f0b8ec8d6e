using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Packages go when nothing refers to them, and never from under who publishes them again.</summary>
public sealed class PackageRetentionTests
{
    public static TheoryData<PackagePlace> Places => [PackagePlace.Folders, PackagePlace.Blobs];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task RunOnce_PackageOfAListedVersion_Stays(PackagePlace place)
    {
        await using var scene = await PackageScene.OpenAsync(place);
        await scene.AddAsync(scene.Machine());
        await scene.PublishAsync(withPackage: true);

        for (var pass = 0; pass < 3; pass++)
        {
            Assert.Equal(0, await scene.PassAsync());
            scene.Scene.Time.Advance(TimeSpan.FromDays(8));
        }

        Assert.NotNull(await scene.Machine().GetAsync(scene.Hash));
        Assert.DoesNotContain(await scene.LeftAsync(), left => left.StartsWith("note", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task RunOnce_PackageThatNothingRefersTo_GoesAfterItsGrace(PackagePlace place)
    {
        await using var scene = await PackageScene.OpenAsync(place);
        await scene.AddAsync(scene.Machine());
        await scene.PublishAsync(withPackage: true);
        await scene.PublishAsync(withPackage: false);

        Assert.Equal(0, await scene.PassAsync());
        scene.Scene.Time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, await scene.PassAsync());
        scene.Scene.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await scene.PassAsync());

        Assert.Empty(await scene.LeftAsync());
        Assert.False(await scene.Machine().HasAsync(scene.Hash));
        await Assert.ThrowsAsync<UpdraftException>(() => scene.Machine().GetAsync(scene.Hash));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task RunOnce_PackageOfAKeptRun_GoesAfterTheRun(PackagePlace place)
    {
        await using var scene = await PackageScene.OpenAsync(place);
        await scene.AddAsync(scene.Machine());
        await scene.PublishAsync(withPackage: true);
        await scene.RunAsync("old");
        await scene.Scene.EndAsync("old");
        await scene.PublishAsync(withPackage: false);
        await scene.Scene.DrainAsync();
        for (var pass = 0; pass < 3; pass++)
        {
            // The last run of a DAG is kept whatever its age.
            Assert.Equal(0, await scene.PassAsync());
            scene.Scene.Time.Advance(TimeSpan.FromDays(8));
        }

        await scene.RunAsync("new");
        await scene.Scene.EndAsync("new");
        await scene.Scene.DrainAsync();
        Assert.Equal(0, await scene.PassAsync());
        Assert.Null(await scene.Scene.Host.Runs.Reader.GetAsync("old"));
        scene.Scene.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(1, await scene.PassAsync());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task RunOnce_RunListedBeforeItsPackageWasSaid_KeepsItsPackage(PackagePlace place)
    {
        await using var scene = await PackageScene.OpenAsync(place);
        await scene.AddAsync(scene.Machine());
        await scene.PublishAsync(withPackage: true);
        await scene.RunAsync("old");
        await scene.Scene.EndAsync("old");
        await scene.PublishAsync(withPackage: false);
        await scene.Scene.DrainAsync();
        await scene.AgeEntriesAsync();

        for (var pass = 0; pass < 3; pass++)
        {
            Assert.Equal(0, await scene.PassAsync());
            scene.Scene.Time.Advance(TimeSpan.FromDays(8));
        }

        Assert.NotNull(await scene.Machine().GetAsync(scene.Hash));
        Assert.Equal(scene.Hash, Assert.Single(await scene.Scene.Host.Runs.ListAsync("d").ToListAsync()).Entry.Package);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Has_OfAPackageAboutToBeRemoved_KeepsItForAnotherGrace(PackagePlace place)
    {
        await using var scene = await PackageScene.OpenAsync(place);
        await scene.ForsakeAsync();

        Assert.True(await scene.Machine().HasAsync(scene.Hash));
        Assert.Equal(0, await scene.PassAsync());
        scene.Scene.Time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, await scene.PassAsync());
        scene.Scene.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await scene.PassAsync());
    }

    [Fact]
    public async Task RunOnce_ArchiveOfAnEarlierVersion_GoesToo()
    {
        await using var scene = await PackageScene.OpenAsync(PackagePlace.Blobs);
        await scene.AddAsync(scene.Machine());
        var place = await scene.Blobs.ListAsync("packages/").SingleAsync();
        await using (var archive = await scene.Blobs.OpenReadAsync(place)) await scene.Blobs.WriteAsync($"packages/{scene.Hash}/", archive!);
        await scene.Blobs.DeleteAsync(place);
        Assert.NotNull(await scene.Machine().GetAsync(scene.Hash));

        await scene.PassAsync();
        scene.Scene.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(1, await scene.PassAsync());
        Assert.Empty(await scene.LeftAsync());
    }

    [Fact]
    public async Task RunOnce_FolderLeftByARemovalThatWasCutShort_Goes()
    {
        await using var scene = await PackageScene.OpenAsync(PackagePlace.Folders);
        Directory.CreateDirectory(Path.Combine(scene.Folder, "tmp-left", "files"));

        await scene.PassAsync();

        Assert.Empty(await scene.LeftAsync());
    }

    [Fact]
    public async Task Remove_WhileABackupIsMade_WaitsForIt()
    {
        await using var scene = await PackageScene.OpenAsync(PackagePlace.Folders);
        await scene.ForsakeAsync();
        var packages = (PackageFolders)scene.Machine();
        var note = await scene.State.GetAsync<PackageNote>($"packages/{scene.Hash}/");
        var kept = await packages.KeepAllAsync();

        var removing = packages.RemoveAsync(scene.Hash, note!);
        Assert.True(await packages.HasAsync(scene.Hash));
        Assert.False(removing.IsCompleted);
        kept.Dispose();

        // Who asked meanwhile was not told in vain that it is there.
        Assert.False(await removing);
        Assert.NotNull(await scene.Machine().GetAsync(scene.Hash));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task RunOnce_CutShortAnywhere_LeavesThePackageWholeOrGoneAndTheNextFinishes(PackagePlace place)
    {
        for (var k = 0; ; k++)
        {
            await using var scene = await PackageScene.OpenAsync(place);
            await scene.ForsakeAsync();
            var isCut = false;
            var steps = new Steps(step => step == k ? throw new SimulatedCrashException($"step {isCut = true}") : isCut ? throw new SimulatedCrashException("gone") : Task.CompletedTask);
            try
            {
                await scene.PassAsync(steps: steps);
            }
            catch (SimulatedCrashException)
            {
                Assert.True(isCut);
            }
            var isThere = await new PackageFolders(scene.Folder).HasAsync(scene.Hash) || await scene.Blobs.ListAsync("packages/").AnyAsync();
            if (isThere && !(await scene.LeftAsync()).Any(left => left.StartsWith("note", StringComparison.Ordinal))) Assert.NotNull(await scene.Machine().GetAsync(scene.Hash));

            await scene.PassAsync();
            scene.Scene.Time.Advance(TimeSpan.FromDays(8));
            await scene.PassAsync();
            Assert.Empty(await scene.LeftAsync());
            if (!isCut)
            {
                Assert.True(k > 20, $"only {k} steps were met");
                return;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Publish_AtAnyStepOfARemoval_HasItsPackageForGood(PackagePlace place)
    {
        for (var k = 0; ; k++)
        {
            await using var scene = await PackageScene.OpenAsync(place);
            await scene.ForsakeAsync();
            var publishing = Task.CompletedTask;
            IPackageStore? packages = null;
            var steps = new Steps(async step =>
            {
                if (step != k) return;
                publishing = PublishAsync(scene, packages!);
                // One process alone asks for packages in folders, and waits for itself; machines do not wait for each other.
                if (place is PackagePlace.Blobs) await publishing;
            });
            packages = scene.Machine(place is PackagePlace.Folders ? steps : null);
            await scene.PassAsync(place is PackagePlace.Folders ? packages : null, steps);
            var isOver = publishing == Task.CompletedTask;
            await publishing;
            if (isOver)
            {
                Assert.True(k > 20, $"only {k} steps were met");
                return;
            }

            for (var pass = 0; pass < 3; pass++)
            {
                Assert.NotNull(await scene.Machine().GetAsync(scene.Hash));
                await scene.PassAsync();
                scene.Scene.Time.Advance(TimeSpan.FromDays(8));
            }
            Assert.NotNull(await scene.Machine().GetAsync(scene.Hash));
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Publish_LongAfterItAskedAtAnyStepOfARemoval_HasItsPackage(PackagePlace place)
    {
        for (var k = 0; ; k++)
        {
            await using var scene = await PackageScene.OpenAsync(place);
            await scene.ForsakeAsync();
            Task? sending = null;
            IPackageStore? packages = null;
            var steps = new Steps(async step =>
            {
                if (step != k) return;
                sending = scene.SendAsync(packages!);
                if (place is PackagePlace.Blobs) await sending;
            });
            packages = scene.Machine(place is PackagePlace.Folders ? steps : null);
            await scene.PassAsync(place is PackagePlace.Folders ? packages : null, steps);
            if (sending is null) return;
            await sending;
            await scene.PassAsync();
            scene.Scene.Time.Advance(TimeSpan.FromHours(20));
            await scene.PassAsync();

            await scene.PublishAsync(withPackage: true);
            Assert.NotNull(await scene.Machine().GetAsync(scene.Hash));
        }
    }

    private static async Task PublishAsync(PackageScene scene, IPackageStore packages)
    {
        await scene.SendAsync(packages);
        await scene.PublishAsync(withPackage: true);
    }
}
