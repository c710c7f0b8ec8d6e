using System.IO.Compression;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>
/// A data folder with runs in all sorts of states, as each released format is kept under <c>Formats/</c>. It is made by
/// <c>UPDRAFT_STORE_FORMAT=file.zip dotnet test tests/Runs --filter StoredFolder</c> before the format changes, and never again.
/// </summary>
internal static class StoredFolder
{
    /// <summary>Ends of the runs, once whoever opens the folder has let them go on.</summary>
    public static IReadOnlyDictionary<string, RunStatus> Ends { get; } = new Dictionary<string, RunStatus>
    {
        ["done"] = RunStatus.Success,
        ["failed"] = RunStatus.Failed,
        ["cancelled"] = RunStatus.Cancelled,
        ["mapped"] = RunStatus.Success,
        ["waiting"] = RunStatus.Success,
        ["job"] = RunStatus.Success,
        ["paused"] = RunStatus.Success,
        ["pooled"] = RunStatus.Success,
        ["queued"] = RunStatus.Success,
    };

    /// <summary>What its tasks do.</summary>
    public static Stage NewStage() => new Stage()
        .On("a", act =>
        {
            act.Context.Log.WriteLine("hello from a");
            return TaskOutcome.Success("of a");
        })
        .On("bad", _ => TaskOutcome.Failed("broken"))
        .On("list", _ => TaskOutcome.Success((int[])[1, 2, 3, 4, 5]))
        .On("large", _ => TaskOutcome.Success(new string('x', 10_000)))
        .On("later", act => act.Try == 1 ? TaskOutcome.Failed("not yet") : TaskOutcome.Success("late"))
        .On("each", act => act.Context.Key == "3" && act.Try == 1 ? TaskOutcome.Failed("not yet") : TaskOutcome.Success());

    /// <summary>Fills the folder of a scene: some runs have ended, the others are under way.</summary>
    public static async Task FillAsync(Scene scene)
    {
        scene.Stage.FakeBackend.DoneAfter = null;
        await scene.RunAsync(One("done", dag => dag.Link(dag.Work("a") >> dag.Work("large"))), new { note = "kept" }, "done");
        await scene.RunAsync(One("failed", dag => dag.Link(dag.Work("bad") >> dag.Work("after"))), runId: "failed");
        await scene.TriggerAsync(One("later", dag => dag.Work("later").Retries(1, TimeSpan.FromHours(1))), runId: "cancelled");
        await scene.SettleAsync();
        await scene.Host.Runs.CancelAsync("cancelled", new CancelCommand());
        await scene.EndAsync("cancelled");
        await scene.TriggerAsync(One("mapped", dag =>
        {
            var list = dag.Work("list");
            dag.Link(list >> dag.Work("each", "{{ item }}").Map(list.Output).Retries(1, TimeSpan.FromHours(2)) >> dag.Work("after"));
        }), runId: "mapped");
        await scene.TriggerAsync(One("later", dag => dag.Work("later").Retries(1, TimeSpan.FromHours(1))), runId: "waiting");
        await scene.TriggerAsync(One("job", dag => dag.Link(dag.Task("job", "job") >> dag.Work("after"))), runId: "job");
        await scene.TriggerAsync(One("paused", dag => dag.Link(dag.Work("a").Retries(1) >> dag.Work("later").Retries(1, TimeSpan.FromHours(1)))), runId: "paused");
        await scene.SettleAsync();
        await scene.Host.Runs.PauseAsync("paused", new PauseCommand(true));
        var limited = One("limited", dag => dag.Work("later").Retries(1, TimeSpan.FromHours(1)).Pool("db"), maxActiveRuns: 1);
        await scene.TriggerAsync(limited, runId: "pooled");
        await scene.SettleAsync();
        await scene.TriggerAsync(limited, runId: "queued");
        await scene.SettleAsync();
    }

    /// <summary>Makes one file of a folder that nobody has open.</summary>
    public static void Pack(string folder, string file)
    {
        using (var db = SqliteDb.Open(Path.Combine(folder, Embedded.Database.FileName)))
        {
            db.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            db.Execute("VACUUM");
            db.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        using var zip = ZipFile.Open(file, ZipArchiveMode.Create);
        zip.CreateEntryFromFile(Path.Combine(folder, Embedded.Database.FileName), Embedded.Database.FileName);
        foreach (var blob in Directory.EnumerateFiles(Path.Combine(folder, "blobs"), "*", SearchOption.AllDirectories))
            zip.CreateEntryFromFile(blob, Path.GetRelativePath(folder, blob).Replace('\\', '/'));
    }

    /// <summary>Unpacks a kept folder.</summary>
    public static void Unpack(int format, string folder) => ZipFile.ExtractToDirectory(Path.Combine(AppContext.BaseDirectory, "Formats", $"v{format}.zip"), folder, overwriteFiles: true);

    private static DagSpec One(string name, Action<DagBuilder> add, int? maxActiveRuns = null)
    {
        var dag = new DagBuilder(name) { MaxActiveRuns = maxActiveRuns };
        dag.Param("note", "none");
        add(dag);
        return dag.Build();
    }
}
