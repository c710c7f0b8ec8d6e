using static Updraft.Orchestration.Tests.CatalogueScene;

namespace Updraft.Orchestration.Tests;

/// <summary>What follows from a change of the catalogue happens, whatever crashes in between and whoever changes it at once.</summary>
public sealed class CatalogueFollowUpTests
{
    [Fact]
    public void Publish_WithoutScheduleOrPauseRule_MakesNoActor()
    {
        var scene = new CatalogueScene();
        scene.Run(() => scene.Catalogue.PublishAsync(Dag("etl")));

        Assert.Empty(scene.Host.Engine.InstanceIds);
    }

    [Fact]
    public void Publish_ScheduleDropped_TellsTheActorThatItHad()
    {
        var scene = new CatalogueScene();
        scene.Run(async () =>
        {
            await scene.Catalogue.PublishAsync(Dag("etl", schedule: Daily));
            await scene.Catalogue.PublishAsync(Dag("etl"));

            Assert.Equal([Daily, null], (await scene.ToldAsync("etl")).Select(change => change.Schedule));
        });
    }

    [Fact]
    public void Publish_OtherDatasets_MovesTheListeners()
    {
        var scene = new CatalogueScene();
        scene.Run(() => scene.Catalogue.PublishAsync(Dag("etl", schedule: On("raw/flights", "weather"))));
        Assert.Equal(["datasets/raw%2Fflights/listeners/etl/", "datasets/weather/listeners/etl/"], scene.Listeners());
        scene.Run(() => scene.Catalogue.PublishAsync(Dag("etl", "v2", On("weather", "tides"))));
        Assert.Equal(["datasets/tides/listeners/etl/", "datasets/weather/listeners/etl/"], scene.Listeners());
        scene.Run(() => scene.Catalogue.RemoveAsync("etl", Caller.Unknown));
        Assert.Empty(scene.Listeners());
    }

    [Fact]
    public void Publish_CrashAtEveryWrite_IsToldAfterAll()
    {
        var points = 0;
        while (CrashAt(points)) points++;

        Assert.InRange(points, 15, 80);
    }

    /// <summary>False when there were fewer writes.</summary>
    private static bool CrashAt(int point)
    {
        var scene = new CatalogueScene(point);
        scene.Run(() => scene.Catalogue.PublishAsync(Dag("etl", schedule: On("a", "b"))));
        var writes = 0;
        var crashed = false;
        scene.Host.Store.Before = what =>
        {
            if (what.StartsWith("put actors/", StringComparison.Ordinal) || what.StartsWith("get", StringComparison.Ordinal) || what.StartsWith("list", StringComparison.Ordinal)) return;
            if (crashed || writes++ != point) return;
            crashed = true;
            throw new IOException("crashed");
        };
        scene.Run(async () =>
        {
            try
            {
                await scene.Catalogue.PublishAsync(Dag("etl", "v2", On("b", "c")));
                await scene.Catalogue.PauseAsync("etl", Caller.Unknown);
            }
            catch (IOException)
            {
                // The maker is gone; the watchdog of another process finds what it left.
            }
            await scene.Fresh().RetellAsync();
            await scene.Host.Runtime.Reconciler.RunOnceAsync();
        });
        scene.Host.Store.Before = null;
        scene.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMinutes(1), scene.Host.Simulator.Time);
            await scene.Fresh().RetellAsync();
            await scene.Host.Runtime.Reconciler.RunOnceAsync();
            var dag = (await scene.Catalogue.GetAsync("etl"))!;
            Assert.Equal(dag.Sequence, dag.Told);
            var last = (await scene.ToldAsync("etl"))[^1];
            Assert.Equal((dag.Sequence, dag.Current!.Hash, dag.Paused), (last.Sequence, last.Hash, last.Paused));
            Assert.Equal(dag.Schedule!.Datasets!.Names().Select(name => CataloguePaths.Listener(name, "etl")), scene.Listeners());
            Assert.Equal(Enumerable.Range(1, dag.LastNumber).Reverse(), (await scene.VersionsAsync("etl")).Select(version => version.Number));
        });
        return crashed;
    }

    [Fact]
    public void Publish_DatasetsByManyAtOnce_NoListenerIsMissing()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var scene = new CatalogueScene(seed, inOrder: false);
            scene.Run(async () =>
            {
                await scene.Catalogue.PublishAsync(Dag("etl", schedule: On("a")));
                await Task.WhenAll(
                    scene.Catalogue.PublishAsync(Dag("etl", "v1", On("a", "b"))),
                    scene.Fresh().PublishAsync(Dag("etl", "v2", On("b", "c"))),
                    scene.Fresh().PublishAsync(Dag("etl", "v3")));

                var dag = (await scene.Catalogue.GetAsync("etl"))!;
                Assert.Equal(CatalogueFollowUp.NamesOf(dag).Select(name => CataloguePaths.Listener(name, "etl")), scene.Listeners());
            });
        }
    }
}
