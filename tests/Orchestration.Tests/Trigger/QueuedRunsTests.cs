using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary><c>max_queued_runs</c>: exactly so many runs wait, however many are triggered at once and whatever crashes.</summary>
public sealed class QueuedRunsTests
{
    private static DagSpec Dag(int active, int queued) => CatalogueScene.Dag("etl").Spec with { MaxActiveRuns = active, MaxQueuedRuns = queued };

    private static TriggerRun Of(string runId, int active = 1, int queued = 1) => new() { Dag = Dag(active, queued), Operators = [CatalogueScene.Shell], RunId = runId };

    [Fact]
    public void Trigger_ManyAtOnce_QueuesExactlyTheLimit()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var scene = new CatalogueScene(seed, inOrder: false);
            var other = new RunClient(scene.Host.Store, new SpecStore(scene.Host.Store), scene.Host.Actors, new RunNotices(), scene.Host.Simulator.Time);
            scene.Run(async () =>
            {
                var made = await Task.WhenAll(Enumerable.Range(0, 12).Select(async n =>
                {
                    try
                    {
                        await (n % 2 == 0 ? scene.Runs : other).TriggerAsync(Of($"r{n}", active: 2, queued: 3));
                        return true;
                    }
                    catch (UpdraftException refusal) when (refusal.Code == TriggerErrors.QueueFull)
                    {
                        return false;
                    }
                }));

                Assert.Equal(5, made.Count(run => run));
                var listed = new List<string>();
                await foreach (var (entry, _) in scene.Runs.ListAsync("etl")) listed.Add(entry.RunId);
                Assert.Equal(Enumerable.Range(0, 12).Where(n => made[n]).Select(n => $"r{n}").Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
                var ledger = await scene.Host.Runtime.Ledgers.GetAsync(PoolNames.RunsOf("etl"));
                Assert.Equal((2, 3), (ledger.Leases.Length, ledger.WaiterCount));
            });
        }
    }

    [Fact]
    public void Trigger_QueueFull_SaysWhy()
    {
        var scene = new CatalogueScene();
        scene.Run(async () =>
        {
            await scene.Runs.TriggerAsync(Of("r1"));
            await scene.Runs.TriggerAsync(Of("r2"));
            var refused = await DagCatalogueTests.RefusedAsync(TriggerErrors.QueueFull, () => scene.Runs.TriggerAsync(Of("r3")));
            Assert.Equal("1 runs of 'etl' wait already, and max_queued_runs is 1: 1 of 1 run slots are taken; try again later, or cancel some", refused.Message);
            Assert.False((await scene.Runs.TriggerAsync(Of("r2"))).Created);
        });
    }

    [Fact]
    public void Trigger_NoneMayWait_RefusesTheSecond()
    {
        var scene = new CatalogueScene();
        scene.Run(async () =>
        {
            await scene.Runs.TriggerAsync(Of("r1", queued: 0));
            await DagCatalogueTests.RefusedAsync(TriggerErrors.QueueFull, () => scene.Runs.TriggerAsync(Of("r2", queued: 0)));
        });
    }

    [Fact]
    public void Trigger_CrashAtEveryWrite_LeaksNoPlace()
    {
        var points = 0;
        while (CrashAt(points)) points++;

        Assert.InRange(points, 4, 20);
    }

    /// <summary>False when there were fewer writes.</summary>
    private static bool CrashAt(int point)
    {
        var scene = new CatalogueScene(point);
        var (writes, crashed) = (0, false);
        scene.Host.Store.Before = what =>
        {
            if (crashed || !what.StartsWith("put", StringComparison.Ordinal) || writes++ != point) return;
            crashed = true;
            throw new IOException("crashed");
        };
        scene.Run(async () =>
        {
            try
            {
                await scene.Runs.TriggerAsync(Of("r1"));
            }
            catch (IOException)
            {
                // Whoever triggers is gone.
            }
            scene.Host.Store.Before = null;
            await Task.Delay(TimeSpan.FromMinutes(1), scene.Host.Simulator.Time);
            await scene.Host.Runtime.LedgerReconciler.RunOnceAsync(lease => new LeaseCheck(scene.Host.Store, new NoAttempts()).IsOverAsync(lease));
            var ledger = await scene.Host.Runtime.Ledgers.GetAsync(PoolNames.RunsOf("etl"));
            var isThere = await scene.Runs.Reader.RequestAsync("r1") is not null;
            Assert.Equal(isThere, ledger.Knows("r1/run/0"));
            Assert.True((await scene.Runs.TriggerAsync(Of("r2"))).Created);
        });
        return crashed;
    }

    private sealed class NoAttempts : IAttemptHost
    {
        public Task<IAttempt?> ClaimAsync(string attemptId, CancellationToken cancellation = default) => Task.FromResult<IAttempt?>(null);

        public Task<bool> StopAsync(string attemptId, CancellationToken cancellation = default) => Task.FromResult(false);

        public Task<bool> WaitForReleaseAsync(string attemptId, CancellationToken cancellation = default) => Task.FromResult(false);
    }
}
