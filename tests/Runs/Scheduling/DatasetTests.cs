using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Datasets on the engine: a task that says what it produces, and DAGs that listen.</summary>
public sealed class DatasetTests
{
    private static DagSpec Producer(string name, params DatasetOutput[] produces)
    {
        var dag = new DagBuilder(name);
        dag.Work("load");
        var spec = dag.Build();
        return spec with { Tasks = [spec.Tasks[0] with { Produces = [.. produces] }] };
    }

    [Fact]
    public async Task Success_OfATaskThatProduces_RunsTheDagsThatListen()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Producer("p", new DatasetOutput("flights/{{ run.dag }}", "{{ ds }}")));
        await scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Datasets = new() { Dataset = "flights/p" }, PerPartition = true }));

        await scene.Host.Services.Catalogue.TriggerAsync("p", run => run with { RunId = "r1" });
        await scene.ToAsync(1);

        var landed = Assert.Single((await scene.Host.Services.Datasets.EventsAsync("flights/p")).Events);
        var made = (await scene.OnlyRunAsync("d")).Request;
        Assert.Equal(("dataset", "2026-01-01", landed.Id), (made.Trigger, made.Partition, Assert.Single(made.DatasetEvents)));
        Assert.Equal(("r1", "load"), (landed.RunId, landed.TaskId));
    }

    [Fact]
    public async Task Failure_OfATaskThatProduces_LandsNothing()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Stage.On("load", _ => Operators.TaskOutcome.Failed("no"));
        await scene.PublishAsync(Producer("p", new DatasetOutput("flights")));
        await scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Datasets = new() { Dataset = "flights" } }));

        await scene.Host.Services.Catalogue.TriggerAsync("p");
        await scene.ToAsync(1);

        Assert.Empty((await scene.Host.Services.Datasets.EventsAsync("flights")).Events);
        Assert.Empty(await scene.TimesAsync());
    }

    [Fact]
    public async Task Name_ThatCannotBe_FailsTheTaskBeforeItsWork()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("p");
        dag.Param("name", "");
        var spec = Producer("p", new DatasetOutput("{{ params.name }}"));
        dag.Work("load");

        var run = await scene.RunAsync(dag.Build() with { Tasks = spec.Tasks }, new { name = new string('x', 201) });

        Assert.Equal(RunStatus.Failed, run.Body.Status);
        Assert.Equal(DatasetErrors.NameRefused, (await scene.InstancesAsync())["load"].Code);
        Assert.Empty(scene.Stage.Journal);
    }

    /// <summary>A cleared task that succeeds again has made the dataset again: another try is another cause.</summary>
    [Fact]
    public async Task Success_AfterAClear_LandsAgain()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Producer("p", new DatasetOutput("flights")));
        await scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Datasets = new() { Dataset = "flights" } }));
        await scene.Host.Services.Catalogue.TriggerAsync("p", run => run with { RunId = "r1" });
        await scene.ToAsync(1);

        await scene.Host.Runs.ClearAsync("r1", new ClearCommand { Tasks = [new("load", [])] });
        await scene.ToAsync(2);

        Assert.Equal(2, (await scene.TimesAsync()).Count);
    }

    /// <summary>A chain of DAGs, each of which produces what the next one listens to.</summary>
    [Fact]
    public async Task Chain_OfDags_RunsToItsEnd()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.PublishAsync(Producer("one", new DatasetOutput("a")));
        await scene.PublishAsync(Producer("two", new DatasetOutput("b")) with { Schedule = new() { Datasets = new() { Dataset = "a" } } });
        await scene.PublishAsync(Timetable.Dag(new ScheduleSpec { Datasets = new() { All = [new() { Dataset = "a" }, new() { Dataset = "b" }] } }));

        for (var i = 0; i < 3; i++)
        {
            await scene.Host.Services.Catalogue.TriggerAsync("one");
            await scene.ToAsync(i + 1);
        }

        Assert.Equal((3, 3), ((await scene.TimesAsync("two")).Count, (await scene.TimesAsync()).Count));
    }
}
