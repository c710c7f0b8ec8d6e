using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Bench;

/// <summary>The scenes, no-op tasks on DAGs without a run limit.</summary>
internal static class Scenes
{
    public static readonly ImmutableArray<Scene> All =
    [
        new("linear-100x10", Chain("linear10", 10), Runs: 100, Tasks: 10, Depth: 10),
        new("linear-10x100", Chain("linear100", 100), Runs: 10, Tasks: 100, Depth: 100),
        new("tree-100x10", Graph("tree", 10, task => task == 0 ? [] : [(task - 1) / 2]), Runs: 100, Tasks: 10, Depth: 4),
        new("fanin-100x10", Graph("fanin", 10, task => task < 9 ? [] : Enumerable.Range(0, 9)), Runs: 100, Tasks: 10, Depth: 2),
        new("mesh-100x10", Graph("mesh", 10, task => task < 3 ? [] : Enumerable.Range(task / 3 * 3 - 3, 3)), Runs: 100, Tasks: 10, Depth: 4),
        new("diamond-100x10", Graph("diamond", 10, task => (task % 3) switch { 0 when task == 0 => [], 0 => [task - 2, task - 1], var side => [task - side] }), Runs: 100, Tasks: 10, Depth: 7),
        new("burst-1x1000", Graph("burst", 1_000, _ => []), Runs: 1, Tasks: 1_000, Depth: 1),
        new("wide-20x40", Graph("wide", 40, task => task < 4 ? [] : [task - 4]), Runs: 20, Tasks: 40, Depth: 10),
        new("chain-200", Chain("chain", 200), Runs: 1, Tasks: 200, Depth: 200),
        new("hello5-1000", Chain("hello", 5), Runs: 1_000, Tasks: 5, Depth: 5),
        new("map-10000", Map("map", 10_000), Runs: 1, Tasks: 10_002, Depth: 3),
        new("three-step", Chain("three", 3, value: 1), Runs: 100, Tasks: 3, Depth: 3, OneByOne: 50),
    ];

    /// <summary>The scene of a name.</summary>
    public static Scene Of(string name) => All.Single(scene => scene.Name == name);

    private static DagSpec Chain(string name, int length, int? value = null) => Graph(name, length, task => task == 0 ? [] : [task - 1], value);

    private static DagSpec Graph(string name, int tasks, Func<int, IEnumerable<int>> after, int? value = null) => new()
    {
        Name = name,
        Tasks = [.. Enumerable.Range(0, tasks).Select(task => Task($"t{task}", value) with { After = [.. after(task).Select(upstream => $"t{upstream}")] })],
    };

    private static DagSpec Map(string name, int length) => new()
    {
        Name = name,
        Tasks =
        [
            Task("list", length),
            Task("each", null) with { After = ["list"], Map = new MapSpec { Over = JsonSerializer.SerializeToElement("{{ tasks.list.output | range }}") } },
            Task("gather", null) with { After = ["each"] },
        ],
    };

    private static TaskSpec Task(string id, int? value) => new()
    {
        Id = id,
        Operator = "noop",
        With = value is { } output ? JsonSerializer.SerializeToElement(new { value = output }) : JsonSerializer.SerializeToElement(new { }),
    };
}
