using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Reruns, tasks alone, the same to many runs, notes.</summary>
public sealed class ControlTests
{
    private static DagSpec Greet(string word = "hello")
    {
        var dag = new DagBuilder("greet");
        var name = dag.Param("name", "world");
        dag.Work("a", $"{word} {name}");
        return dag.Build();
    }

    private static PublishDag Publish(DagSpec dag, Scene scene) => new() { Spec = dag, Operators = [.. scene.Stage.Operators.Select(each => each.Manifest)], By = new Caller("ann") };

    [Theory]
    [InlineData(false, "hello sea")]
    [InlineData(true, "ahoy sea")]
    public async Task Rerun_NamesTheOriginal_WithItsConfAndTheVersionAskedFor(bool latest, string expected)
    {
        await using var scene = await Scene.OpenAsync();
        await scene.Host.Services.Catalogue.PublishAsync(Publish(Greet(), scene));
        await scene.Host.Services.Catalogue.TriggerAsync("greet", trigger => trigger with { RunId = "r", Conf = JsonSerializer.SerializeToElement(new { name = "sea" }) });
        var original = await scene.EndAsync();
        await scene.Host.Services.Catalogue.PublishAsync(Publish(Greet("ahoy"), scene));

        var rerun = await scene.Host.Services.Reruns.RerunAsync("r", new Rerun { Latest = latest, RunId = "r2", By = "bob" });
        await scene.EndAsync("r2");

        Assert.Equal(("r", "rerun", "bob", original.Request.LogicalDate), (rerun.Request.RerunOf, rerun.Request.Trigger, rerun.Request.TriggeredBy, rerun.Request.LogicalDate));
        Assert.Equal(latest, rerun.Request.DagHash != original.Request.DagHash);
        Assert.Equal(expected, scene.Stage.Journal[^1].Read!.Value.GetString());
    }

    [Fact]
    public async Task Rerun_WithAnotherConf_TakesIt()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.RunAsync(Greet(), new { name = "sea" });

        await scene.Host.Services.Reruns.RerunAsync("r", new Rerun { RunId = "r2", Conf = JsonSerializer.SerializeToElement(new { name = "sky" }) });
        await scene.EndAsync("r2");

        Assert.Equal("hello sky", scene.Stage.Journal[^1].Read!.Value.GetString());
    }

    [Fact]
    public async Task Rerun_OfADagWithTemplatesInItsLabels_KeepsThoseOfTheOriginalAndIsFoundByThem()
    {
        await using var scene = await Scene.OpenAsync();
        var greet = Greet();
        await scene.RunAsync(greet with { Labels = greet.Labels.Add("name", "{{ params.name }}") }, new { name = "sea" });

        await scene.Host.Services.Reruns.RerunAsync("r", new Rerun { RunId = "r2", Conf = JsonSerializer.SerializeToElement(new { name = "sky" }) });
        await scene.EndAsync("r2");

        var found = await scene.Host.Services.Search.FindAsync(new RunFilter { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("name", "sea") }, null, 10, _ => true);
        Assert.Equal(["r", "r2"], found.Runs.Select(run => run.Entry.RunId).Order());
    }

    [Fact]
    public async Task Rerun_OfNoRun_IsRefused()
    {
        await using var scene = await Scene.OpenAsync();

        Assert.Equal(RunErrors.NoSuchRun, (await Assert.ThrowsAsync<UpdraftException>(() => scene.Host.Services.Reruns.RerunAsync("nobody"))).Code);
    }

    [Fact]
    public async Task RunAlone_RunsOnlyThatTask()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        var last = dag.Group("g").Work("last").Produces("table").OnSuccess("say");
        dag.Link(dag.Work("first") >> last);
        dag.Link(last >> dag.Work("after"));

        await scene.Host.Services.Reruns.RunAloneAsync(new TriggerRun { Dag = dag.Build(), Operators = [.. scene.Stage.Operators.Select(each => each.Manifest)], RunId = "r" }, "g.last");
        var run = await scene.EndAsync();

        Assert.Equal((RunStatus.Success, "g.last:Success", "alone"), (run.Body.Status, await scene.StatesAsync(), run.Request.Trigger));
        Assert.Equal(["r"], await scene.RunIdsAsync());
    }

    [Fact]
    public async Task RunAlone_TaskReadsAnOutput_IsRefusedWithWhatItReads()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        var first = dag.Work("first");
        dag.Link(first >> dag.Work("last", first.Output));

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => scene.Host.Services.Reruns.RunAloneAsync(new TriggerRun { Dag = dag.Build(), Operators = [] }, "last"));

        Assert.Equal((RunErrors.NotAlone, "task 'last' cannot run alone: it reads the output of 'first'; clear it in a run that has that"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Match_FindsWhatFitsAllThatIsSaid()
    {
        await using var scene = await Scene.OpenAsync(new Stage().On("a", act => act.Context.Run.RunId == "r2" ? TaskOutcome.Failed("broken") : TaskOutcome.Success()));
        foreach (var id in (string[])["r1", "r2", "r3"])
        {
            await scene.RunAsync(Greet(), runId: id);
            scene.Time.Advance(TimeSpan.FromHours(1));
        }
        await scene.Host.Services.Notes.ChangeAsync("r3", new ChangeNote { Labels = ImmutableSortedDictionary<string, string?>.Empty.Add("kind", "test") });
        var second = (await scene.ViewAsync("r2")).Request.CreatedAt;

        Assert.Equal("r3 r2 r1", await FindAsync(new()));
        Assert.Equal("r2", await FindAsync(new() { Statuses = [RunStatus.Failed] }));
        Assert.Equal("r3 r2", await FindAsync(new() { Dag = "greet", Since = second }));
        Assert.Equal("r1", await FindAsync(new() { Until = second, Trigger = "manual" }));
        Assert.Equal("r3", await FindAsync(new() { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("kind", "test") }));
        Assert.Equal("r1", await FindAsync(new() { Ids = ["r1", "r2", "nobody"], Statuses = [RunStatus.Success] }));
        Assert.Equal("", await FindAsync(new() { Dag = "other" }));
        Assert.Equal("", await FindAsync(new() { BusinessKey = "nobody's" }));
        Assert.Equal("", await FindAsync(new() { Team = "others" }));
        Assert.Equal("", await FindAsync(new() { Conf = RunFilter.NoLabels.Add("size", "9") }));
        Assert.Equal("r3", await FindAsync(new() { Text = "KIND=t" }));
        Assert.Equal("r3", await FindAsync(new() { Ids = ["r1", "r3"], Text = "kind" }));
        Assert.Equal((2, true), await scene.Host.Services.Bulk.MatchAsync(new(), max: 2) is var cut ? (cut.Count, cut.Cut) : default);
        Assert.Equal((3, false), await scene.Host.Services.Bulk.MatchAsync(new(), max: 3) is var all ? (all.Count, all.Cut) : default);

        async Task<string> FindAsync(RunFilter filter) => string.Join(' ', (await scene.Host.Services.Bulk.MatchAsync(filter)).Ids);
    }

    [Fact]
    public async Task Bulk_ClearsExactlyThoseThatWereMatched()
    {
        var healthy = false;
        await using var scene = await Scene.OpenAsync(new Stage().On("a", _ => healthy ? TaskOutcome.Success() : TaskOutcome.Failed("broken")));
        await scene.RunAsync(Greet(), runId: "r1");
        await scene.RunAsync(Greet(), runId: "r2");
        var match = await scene.Host.Services.Bulk.MatchAsync(new RunFilter { Statuses = [RunStatus.Failed] });
        await scene.RunAsync(Greet(), runId: "r3");
        healthy = true;

        var results = await scene.Host.Services.Bulk.DoAsync(new BulkCommand { RunIds = [.. match.Ids, "nobody"], Clear = new ClearCommand { Tasks = [new(InstanceSelector.All, [])], FailedOnly = true } });
        await scene.DrainAsync();

        Assert.Equal(["r1 True", "r2 True", "nobody False"], results.Select(result => $"{result.RunId} {result.Done}"));
        Assert.Equal("Success Success Failed", $"{(await scene.ViewAsync("r1")).Body.Status} {(await scene.ViewAsync("r2")).Body.Status} {(await scene.ViewAsync("r3")).Body.Status}");
    }

    [Fact]
    public async Task Bulk_RerunsEach_AndTellsOfTheNewRuns()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.RunAsync(Greet(), runId: "r1");
        await scene.RunAsync(Greet(), runId: "r2");

        var results = await scene.Host.Services.Bulk.DoAsync(new BulkCommand { RunIds = ["r1", "r2"], Rerun = new Rerun() });
        await scene.DrainAsync();

        Assert.Equal(2, results.Select(result => result.NewRun).Distinct().Count());
        Assert.All(results, result => Assert.True(result.Done));
        Assert.Equal(4, (await scene.RunIdsAsync()).Count);
    }

    [Fact]
    public async Task Bulk_NothingOrTwoThingsToDo_IsRefused()
    {
        await using var scene = await Scene.OpenAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => scene.Host.Services.Bulk.DoAsync(new BulkCommand { RunIds = [] }));
        await Assert.ThrowsAsync<ArgumentException>(() => scene.Host.Services.Bulk.DoAsync(new BulkCommand { RunIds = [], Cancel = new(), Rerun = new() }));
    }

    [Fact]
    public async Task Note_IsThatOfTheTriggerUntilItIsChanged()
    {
        await using var scene = await Scene.OpenAsync();
        var notes = scene.Host.Services.Notes;
        await scene.Host.Runs.TriggerAsync(new TriggerRun
        {
            Dag = Greet(), Operators = [.. scene.Stage.Operators.Select(each => each.Manifest)], RunId = "r", Note = "first try",
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("a", "1").Add("b", "2"),
        });
        Assert.Equal("first try a=1 b=2", await ReadAsync());

        Assert.True(await notes.ChangeAsync("r", new ChangeNote { Labels = ImmutableSortedDictionary<string, string?>.Empty.Add("a", null).Add("c", "3"), By = "ann" }));
        Assert.Equal("first try b=2 c=3", await ReadAsync());
        await scene.EndAsync();
        Assert.True(await notes.ChangeAsync("r", new ChangeNote { Note = "" }));
        Assert.Equal(" b=2 c=3", await ReadAsync());

        Assert.False(await notes.ChangeAsync("nobody", new ChangeNote { Note = "x" }));
        Assert.Equal(TriggerErrors.TextRefused, (await Assert.ThrowsAsync<UpdraftException>(() => notes.ChangeAsync("r", new ChangeNote { Note = new string('x', RunClient.MaxNote + 1) }))).Code);

        async Task<string> ReadAsync() => (await notes.GetAsync("r"))! is var note ? $"{note.Note} {string.Join(' ', note.Labels.Select(label => $"{label.Key}={label.Value}"))}" : "";
    }
}
