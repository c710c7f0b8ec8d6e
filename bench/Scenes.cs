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
        new("chain-200", Chain("chain", 200), Runs: 1, Tasks: 200, Depth: 200),
        new("hello5-1000", Chain("hello", 5), Runs: 1_000, Tasks: 5, Depth: 5),
        new("map-10000", Map("map", 10_000), Runs: 1, Tasks: 10_002, Depth: 3),
        new("three-step", Chain("three", 3, value: 1), Runs: 100, Tasks: 3, Depth: 3, OneByOne: 50),
    ];

    /// <summary>The scene of a name.</summary>
    public static Scene Of(string name) => All.Single(scene => scene.Name == name);

    private static DagSpec Chain(string name, int length, int? value = null) => new()
    {
        Name = name,
        Tasks = [.. Enumerable.Range(0, length).Select(n => Task($"t{n}", value) with { After = n == 0 ? [] : [$"t{n - 1}"] })],
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
