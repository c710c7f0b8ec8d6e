using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>What a trigger takes, and what it refuses.</summary>
public sealed class TriggerTests
{
    private readonly CatalogueScene _scene = new();

    private static readonly DagSpec Dag = CatalogueScene.Dag("etl").Spec with
    {
        Params = ImmutableSortedDictionary<string, ParamSpec>.Empty.Add("user", new ParamSpec { Default = JsonSerializer.SerializeToElement("nobody") }),
        BusinessKey = "user/{{ params.user }}",
    };

    private static TriggerRun Of(DagSpec? dag = null) => new() { Dag = dag ?? Dag, Operators = [CatalogueScene.Shell], RunId = "r1" };

    /// <summary>By number: the attributes of tests cannot hold what is no text.</summary>
    public static TheoryData<int[]> Hostile => new([0], [0xD800], ['x', 0xDC00, 0xD800], [0x1B, '[', '2', 'J'], Enumerable.Repeat((int)'x', 10_000).ToArray());

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Trigger_HostileText_IsRefusedAndLeavesNothing(int[] characters) => _scene.Run(async () =>
    {
        var text = string.Concat(characters.Select(c => (char)c));
        TriggerRun[] hostile =
        [
            Of() with { Note = text }, Of() with { TriggeredBy = text }, Of() with { Trigger = text }, Of() with { BusinessKey = text },
            Of() with { Labels = Of().Labels.Add(text, "x") }, Of() with { Labels = Of().Labels.Add("x", text) },
        ];
        foreach (var trigger in hostile) await DagCatalogueTests.RefusedAsync(TriggerErrors.TextRefused, () => _scene.Runs.TriggerAsync(trigger));
        foreach (var trigger in new[] { Of() with { RunId = text }, Of() with { RerunOf = text } }) await DagCatalogueTests.RefusedAsync(RunErrors.RunIdRefused, () => _scene.Runs.TriggerAsync(trigger));

        Assert.DoesNotContain(_scene.Host.Store.Paths, path => path.StartsWith("runs/", StringComparison.Ordinal) || path.StartsWith("index/", StringComparison.Ordinal));
    });

    [Fact]
    public void Trigger_TooManyLabelsOrEmptyTexts_AreRefused() => _scene.Run(async () =>
    {
        var many = Enumerable.Range(0, RunClient.MaxLabels + 1).ToImmutableSortedDictionary(n => $"l{n}", _ => "");
        foreach (var trigger in new[] { Of() with { Labels = many }, Of() with { Labels = Of().Labels.Add("", "x") }, Of() with { BusinessKey = "" }, Of() with { BusinessKey = " x" } })
            await DagCatalogueTests.RefusedAsync(TriggerErrors.TextRefused, () => _scene.Runs.TriggerAsync(trigger));
    });

    [Fact]
    public void Trigger_TextsOfPeople_AreKept() => _scene.Run(async () =>
    {
        var run = await _scene.Runs.TriggerAsync(Of() with { Note = "line 1\nline 2\t🚀", TriggeredBy = "Ольга", Labels = Of().Labels.Add("größe", "ü 🚀") });
        Assert.Equal(("line 1\nline 2\t🚀", "Ольга", "ü 🚀"), (run.Request.Note, run.Request.TriggeredBy, run.Request.Labels["größe"]));
    });

    [Fact]
    public void Trigger_DagWithABusinessKey_IsFoundByIt() => _scene.Run(async () =>
    {
        await _scene.Runs.TriggerAsync(Of() with { Conf = JsonSerializer.SerializeToElement(new { user = "ann" }) });
        await _scene.Runs.TriggerAsync(Of() with { RunId = "r2" });
        await _scene.Runs.TriggerAsync(Of() with { RunId = "r3", BusinessKey = "user/ann" });

        var found = new List<string>();
        await foreach (var (entry, _) in _scene.Runs.ListByKeyAsync("user/ann")) found.Add(entry.RunId);
        Assert.Equal(["r1", "r3"], found.Order());
        Assert.Equal("user/nobody", (await _scene.Runs.Reader.RequestAsync("r2"))!.BusinessKey);
    });

    [Fact]
    public void Trigger_DagWithTemplatesInItsLabels_GivesEachRunItsOwn() => _scene.Run(async () =>
    {
        var labelled = Dag with { Labels = Dag.Labels.Add("user", "{{ params.user }}").Add("team", "ml") };
        var ann = await _scene.Runs.TriggerAsync(Of(labelled) with { Conf = JsonSerializer.SerializeToElement(new { user = "ann" }) });
        var given = await _scene.Runs.TriggerAsync(Of(labelled) with { RunId = "r2", Labels = Of().Labels.Add("user", "bob") });

        Assert.Equal(("ann", "ml"), (ann.Request.Labels["user"], ann.Request.Labels["team"]));
        Assert.Equal("bob", given.Request.Labels["user"]);
        await DagCatalogueTests.RefusedAsync(DagErrors.BadLabel, () => _scene.Runs.TriggerAsync(Of(labelled) with { RunId = "r3", Conf = JsonSerializer.SerializeToElement(new { user = new string('x', 257) }) }));
        Assert.Null(await _scene.Runs.Reader.RequestAsync("r3"));
    });

    [Fact]
    public void Trigger_InvalidDagSentAlong_IsRefused() => _scene.Run(async () =>
    {
        await DagCatalogueTests.RefusedAsync(DagErrors.NoTasks, () => _scene.Runs.TriggerAsync(Of(Dag with { Tasks = [] })));
        await DagCatalogueTests.RefusedAsync(DagErrors.UnknownOperator, () => _scene.Runs.TriggerAsync(Of() with { Operators = [] }));
        Assert.Empty(_scene.Host.Store.Paths);
    });

    [Fact]
    public void Trigger_ConfOverTheLimit_CountsBytes() => _scene.Run(async () =>
    {
        var conf = JsonSerializer.SerializeToElement(new { user = new string('ü', RunClient.MaxConf / 2) }, OrchestrationJson.Options);
        await DagCatalogueTests.RefusedAsync(RunErrors.ConfRefused, () => _scene.Runs.TriggerAsync(Of() with { Conf = conf }));
    });
}
