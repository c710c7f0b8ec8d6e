using System.Globalization;

namespace Updraft.EndToEnd;

/// <summary>The program killed again and again, at any line of its output: every run ends as it should, and no task runs oftener than it was killed.</summary>
public sealed class KillLoopTests : IDisposable
{
    private const int Seed = 20260301;

    private const string Dag = """
        name: mixed
        tasks:
          list: { shell: { script: 'echo x >> "$MARKS/$RUN-list"; echo "[1,2,3,4,5]" > "$UPDRAFT_OUTPUT"', env: { RUN: '{{ run.id }}' } } }
          each:
            after: list
            map: { over: '{{ tasks.list.output }}' }
            tasks:
              one: { shell: { script: 'echo x >> "$MARKS/$RUN-one-$I"; echo "$I" > "$UPDRAFT_OUTPUT"', env: { RUN: '{{ run.id }}', I: '{{ item }}' } } }
              two: { after: one, shell: { script: 'echo x >> "$MARKS/$RUN-two-$I"', env: { RUN: '{{ run.id }}', I: '{{ item }}' } } }
          flaky: { after: list, retries: 1, retry_delay: 10ms, shell: { script: 'echo x >> "$MARKS/$RUN-flaky"; [ "$TRY" = 2 ]', env: { RUN: '{{ run.id }}', TRY: '{{ task.try }}' } } }
          sum: { after: [each, flaky], shell: { script: 'echo x >> "$MARKS/$RUN-sum"; echo "$ALL" > "$UPDRAFT_OUTPUT"', env: { RUN: '{{ run.id }}', ALL: '{{ tasks.each.one.outputs | json }}' } } }
        """;

    private static readonly string[] Marks = ["list", "one-1", "one-2", "one-3", "one-4", "one-5", "two-1", "two-2", "two-3", "two-4", "two-5", "sum"];

    private readonly Workspace _here = new();

    private static int Kills => Depth.IsFull ? 200 : 20;

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Run_KilledAtAnyLine_EndsAsItShould()
    {
        _here.Write("dag.yaml", Dag);
        var random = new Random(Seed);
        var killed = 0;
        for (var run = 0; killed < Kills; run++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"r{run}");
            var kills = await KillUntilDoneAsync(id, random, Kills - killed);
            killed += kills;

            var document = await _here.ShowAsync(id);
            Assert.True(document.GetProperty("status").GetString() == "success", $"seed {Seed}, run {id}: {document}");
            foreach (var mark in Marks) Assert.InRange(_here.Count($"{id}-{mark}"), 1, 1 + kills);
            Assert.InRange(_here.Count($"{id}-flaky"), 2, 2 + kills);
            Assert.Equal([1, 2, 3, 4, 5], document.GetProperty("tasks").EnumerateArray().Single(task => task.GetProperty("task").GetString() == "sum").GetProperty("output").GetProperty("value").EnumerateArray().Select(value => value.GetInt32()));
        }
    }

    private async Task<int> KillUntilDoneAsync(string id, Random random, int atMost)
    {
        var kills = 0;
        for (; kills < atMost && kills < 6; kills++)
        {
            using var process = _here.Start("run", "dag.yaml", "--run-id", id);
            await process.LineAsync(random.Next(1, 10));
            await process.KillAsync();
        }
        (await _here.RunAsync("run", "dag.yaml", "--run-id", id)).Expect(0);
        return kills;
    }
}
