using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class MapActivitiesTests : IDisposable
{
    private readonly TestAttempts _attempts = new();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Expand_ByKey_StoresItemsThatInstancesRead()
    {
        Map("{{ params.customers }}", "{{ item.name }}-{{ index }}");
        _attempts.Run = _attempts.Run with { Params = TestAttempts.Json("""{"customers":[{"name":"a"},{"name":"b"}]}""") };

        var expanded = await ExpandAsync();
        var request = _attempts.Task("t", "shell", new { command = new[] { "echo", "{{ item.name }} {{ key }} {{ index }}" } }) with
        {
            Place = [new MapPlace("t", 1, "b-1", "items/1/")],
        };
        await _attempts.RunAsync(request);

        Assert.Equal((2, 0, null), (expanded.Count, expanded.RemovedCount, expanded.Failure));
        Assert.Equal(["a-0", "b-1"], expanded.Keys!);
        Assert.Equal("b b-1 1\n", _attempts.Blobs.TextOf(AttemptPaths.Log(request)));
    }

    [Fact]
    public async Task Expand_WithoutKey_ReturnsNoKeys()
    {
        Map("{{ params.list }}", null);
        _attempts.Run = _attempts.Run with { Params = TestAttempts.Json("""{"list":[1,2,3]}""") };

        var expanded = await ExpandAsync();

        Assert.Equal(3, expanded.Count);
        Assert.Null(expanded.Keys);
    }

    [Fact]
    public async Task Expand_LongList_KeepsKeysInPages()
    {
        Map("{{ tasks.list.output }}", "k{{ item }}");
        var list = JsonSerializer.SerializeToElement(Enumerable.Range(0, 450));

        var expanded = await ExpandAsync(list);
        var keys = await _attempts.CallAsync<MapExpanded>(ActivityNames.ReadMapKeys, new ReadMapKeys("items/1/", 150, 402));

        Assert.Equal((450, null), (expanded.Count, expanded.Keys));
        Assert.Equal(Enumerable.Range(150, 252).Select(number => $"k{number}"), keys.Keys!);
        Assert.Equal(["items/1/000000.json/", "items/1/000001.json/", "items/1/000002.json/"], _attempts.Blobs.Paths);
    }

    [Fact]
    public async Task Expand_AgainShorter_TellsWhatIsRemoved()
    {
        Map("{{ tasks.list.output }}", "k{{ item }}");
        await ExpandAsync(JsonSerializer.SerializeToElement(Enumerable.Range(0, 4)));

        var again = await ExpandAsync(JsonSerializer.SerializeToElement(new[] { 3, 0 }), "items/2/", "items/1/");
        var keys = await _attempts.CallAsync<MapExpanded>(ActivityNames.ReadMapKeys, new ReadMapKeys("items/2/", 2, 4));

        Assert.Equal((4, 2), (again.Count, again.RemovedCount));
        Assert.Equal([1, 2], again.Removed);
        Assert.Equal([2], keys.Removed);
    }

    [Theory]
    [InlineData("{{ params.nothing }}", "params.nothing")]
    [InlineData("{{ run.id }}", "not a list")]
    public async Task Expand_NoList_IsAFailureAndNoException(string over, string message)
    {
        Map(over, null);

        Assert.Contains(message, (await ExpandAsync()).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expand_KeyIsAnObject_IsAFailure()
    {
        Map("{{ params.list }}", "{{ item }}");
        _attempts.Run = _attempts.Run with { Params = TestAttempts.Json("""{"list":[{}]}""") };

        Assert.Contains("the key of item 0 of 't' is object", (await ExpandAsync()).Failure, StringComparison.Ordinal);
    }

    private void Map(string over, string? key)
    {
        _attempts.Task("list", "shell", new { });
        _attempts.Task("t", "shell", new { });
        _attempts.Dag = _attempts.Dag with
        {
            Tasks = [.. _attempts.Dag.Tasks.Select(task => task.Id == "t" ? task with { Map = new MapSpec { Over = JsonSerializer.SerializeToElement(over), Key = key } } : task)],
        };
    }

    private Task<MapExpanded> ExpandAsync(JsonElement? list = null, string items = "items/1/", string? previous = null) =>
        _attempts.CallAsync<MapExpanded>(ActivityNames.ExpandMap, new ExpandMapRequest
        {
            RunId = TestAttempts.RunId,
            DagHash = "h1",
            Region = "t",
            Items = items,
            PreviousItems = previous,
            Inputs = list is null ? ImmutableSortedDictionary<string, OutputRef>.Empty : ImmutableSortedDictionary<string, OutputRef>.Empty.Add("list", new OutputRef(list)),
        });
}
