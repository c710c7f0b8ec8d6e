using System.Text.Json;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;
using Updraft.Testing;

namespace Updraft.Runs;

/// <summary>A flood in one lane does not delay another: shown by signals, not by the clock.</summary>
public sealed class LaneTests
{
    [Fact]
    public async Task Flood_InOneLane_DoesNotDelayAnother()
    {
        var folder = Directory.CreateTempSubdirectory("updraft-lanes-");
        var dam = new Dam(full: 4);
        await using (var host = await DagTestHost.StartAsync(new DagTestOptions
        {
            Operators = [dam],
            Embedded = new EmbeddedOptions { DataFolder = folder.FullName, RelaxedDurability = true, InProcessSlots = 4 },
        }))
        {
            for (var n = 0; n < 3; n++) await host.TriggerAsync(Dag("flood", DagSpec.DefaultLane, task => task.Map(Enumerable.Range(0, 100).ToArray())), new { }, $"flood-{n}");
            await dam.Full;

            // All workers of the lane are taken, and stay so until the dam is opened: a run in the lane waits, and one in another ends.
            await host.TriggerAsync(Dag("late", DagSpec.DefaultLane), runId: "late");
            var fast = await host.RunAsync(Dag("fast", "fast"), runId: "fast");
            Assert.Equal(RunStatus.Success, fast.Body.Status);
            Assert.Equal((4, 0), (dam.Begun, dam.Done));
            Assert.False((await host.Runs.Reader.GetAsync("late"))!.Final);

            dam.Open();
            foreach (var id in (string[])["flood-0", "flood-1", "flood-2", "late"]) Assert.Equal(RunStatus.Success, (await host.Runs.WaitAsync(id))!.Body.Status);
            Assert.Equal(300, dam.Done);
        }
        folder.Delete(recursive: true);
    }

    private static DagSpec Dag(string name, string lane, Func<TaskNode, TaskNode>? set = null)
    {
        var dag = new DagBuilder(name) { Lane = lane };
        var first = dag.Task("a", "dam");
        set?.Invoke(first);
        dag.Link(first >> dag.Task("b", "dam") >> dag.Task("c", "dam"));
        return dag.Build();
    }

    /// <summary>Holds up the mapped tasks of a flood until it is opened.</summary>
    private sealed class Dam(int full) : IRunOperator
    {
        private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _begun;
        private int _done;

        public OperatorManifest Manifest { get; } = new() { Name = "dam", Kind = OperatorKind.Run, Description = "Waits.", Fields = JsonSerializer.SerializeToElement(new { type = "object" }) };

        public Task Full => _full.Task;

        public int Begun => _begun;

        public int Done => _done;

        public void Open() => _open.SetResult();

        public async Task<TaskOutcome> RunAsync(TaskContext context, JsonElement fields, CancellationToken stop)
        {
            if (context.Keys.IsEmpty) return TaskOutcome.Success();
            if (Interlocked.Increment(ref _begun) == full) _full.SetResult();
            await _open.Task.WaitAsync(stop);
            Interlocked.Increment(ref _done);
            return TaskOutcome.Success();
        }
    }
}
