using System.Collections.Concurrent;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>A backup of a host that works: nothing acknowledged before is missing, what it names is there, and what was open goes on.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task Backup_WhileALoadRuns_GoesOnWhereItIsRestored()
    {
        await using var scene = await Scene.OpenAsync(StoredFolder.NewStage(), partSize: 2);
        await StoredFolder.FillAsync(scene);
        var acknowledged = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var some = new TaskCompletionSource();
        var load = Task.Run(() => TriggerAsync(scene, acknowledged, some, stop.Token));
        await some.Task;

        var backup = Path.Combine(scene.Folder + "-backup", "one");
        var before = acknowledged.ToArray();
        await scene.Host.Embedded.BackupAsync(backup);
        await stop.CancelAsync();
        await load;

        await using var other = Scene.Empty(StoredFolder.NewStage(), partSize: 2);
        await EmbeddedBackup.RestoreAsync(backup, other.Folder);
        Directory.Delete(scene.Folder + "-backup", recursive: true);
        other.Time.Advance(TimeSpan.FromDays(1));
        await other.RestartAsync();
        foreach (var run in before) Assert.Equal((run, RunStatus.Success), (run, (await other.EndAsync(run)).Body.Status));
        await StoredFolderTests.GoOnAsync(other, ofLoad: await other.Host.Runs.ListAsync("load").CountAsync());
    }

    private static async Task TriggerAsync(Scene scene, ConcurrentQueue<string> acknowledged, TaskCompletionSource some, CancellationToken stop)
    {
        var dag = new DagBuilder("load");
        var large = dag.Work("large");
        dag.Link(dag.Work("a") >> large >> dag.Work("after", large.Output));
        var spec = dag.Build();
        for (var n = 0; !stop.IsCancellationRequested && n < 500; n++)
        {
            await scene.TriggerAsync(spec, runId: $"load-{n}");
            acknowledged.Enqueue($"load-{n}");
            if (n == 20) some.SetResult();
        }
    }
}
