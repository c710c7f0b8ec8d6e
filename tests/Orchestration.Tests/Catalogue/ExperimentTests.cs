using System.Collections.Immutable;
using Updraft.Dags;
using static Updraft.Orchestration.Tests.CatalogueScene;

namespace Updraft.Orchestration.Tests;

/// <summary>Runs of published DAGs, and of experiments beside them.</summary>
public sealed class ExperimentTests
{
    private readonly CatalogueScene _scene = new();

    private DagCatalogue Catalogue => _scene.Catalogue;

    [Fact]
    public void Trigger_JustPublished_PinsTheVersion() => _scene.Run(async () =>
    {
        var first = await Catalogue.PublishAsync(Dag("etl", "v1") with { Package = "p1" });
        var run = await _scene.Fresh().TriggerAsync("etl", trigger => trigger with { RunId = "r1", Note = "for the audit" });
        var second = await Catalogue.PublishAsync(Dag("etl", "v2") with { Package = "p2" });
        var later = await Catalogue.TriggerAsync("etl");
        var older = await Catalogue.TriggerAsync("etl", version: first.Current!.Hash[..10]);

        Assert.Equal(("etl", first.Current.Hash, "p1", "for the audit"), (run.Request.Dag, run.Request.DagHash, run.Request.Package, run.Request.Note));
        Assert.Equal((second.Current!.Hash, "p2"), (later.Request.DagHash, later.Request.Package));
        Assert.Equal((first.Current.Hash, "p1"), (older.Request.DagHash, older.Request.Package));
        Assert.Contains("shell", run.Request.Operators.Keys);
    });

    [Fact]
    public void Trigger_WhatIsNotThere_IsRefused() => _scene.Run(async () =>
    {
        await DagCatalogueTests.RefusedAsync(CatalogueErrors.NoSuchDag, () => Catalogue.TriggerAsync("etl"));
        await Catalogue.PublishAsync(Dag("etl"));
        await DagCatalogueTests.RefusedAsync(CatalogueErrors.NoSuchVersion, () => Catalogue.TriggerAsync("etl", version: "0123456789"));
        await DagCatalogueTests.RefusedAsync(CatalogueErrors.NoSuchVersion, () => Catalogue.TriggerAsync("etl", version: ""));
        await DagCatalogueTests.RefusedAsync(CatalogueErrors.NameRefused, () => Catalogue.TriggerAsync("../etl"));
    });

    [Fact]
    public void Trigger_DagThatMustKnowOfItsRuns_SaysSo() => _scene.Run(async () =>
    {
        var counting = Dag("etl", schedule: Daily with { Overlap = Overlap.Skip });
        await Catalogue.PublishAsync(counting);
        await Catalogue.PublishAsync(counting with { Experiment = "x" });

        Assert.True((await Catalogue.PinAsync("etl")).TellsDag);
        Assert.False((await Catalogue.PinAsync("etl@x")).TellsDag);
    });

    [Fact]
    public void Experiment_BesideProduction_LeavesItUntouched() => _scene.Run(async () =>
    {
        var production = await Catalogue.PublishAsync(Dag("etl", "v1", Daily));
        var experiment = await Catalogue.PublishAsync(Dag("etl", "v2", Daily, experiment: "wider"));
        var run = await Catalogue.TriggerAsync("etl@wider", trigger => trigger with { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("width", "9"), Note = "wider windows" });

        Assert.Equal((production.Sequence, production.Current!.Hash), (await Catalogue.GetAsync("etl") is var now ? (now!.Sequence, now.Current!.Hash) : default));
        Assert.Equal(("etl@wider", experiment.Current!.Hash, "9", "wider windows"), (run.Request.Dag, run.Request.DagHash, run.Request.Labels["width"], run.Request.Note));
        Assert.Null(experiment.Schedule);
        Assert.Empty(await _scene.ToldAsync("etl@wider"));
        Assert.Equal("etl@wider", Assert.Single(await _scene.ListAsync(experimentsOf: "etl")).Name);
    });

    [Fact]
    public void Experiment_Removed_LeavesNothingButItsRuns() => _scene.Run(async () =>
    {
        await Catalogue.PublishAsync(Dag("etl"));
        await Catalogue.PublishAsync(Dag("etl", "v2", experiment: "wider"));
        await Catalogue.TriggerAsync("etl@wider", trigger => trigger with { RunId = "r1" });
        Assert.True(await Catalogue.RemoveAsync("etl@wider", Caller.Unknown));

        Assert.Equal("etl", Assert.Single(await _scene.ListAsync()).Name);
        Assert.DoesNotContain(_scene.Host.Store.Paths, path => path.StartsWith("catalogue/", StringComparison.Ordinal) && path.Contains("wider", StringComparison.Ordinal));
        Assert.Empty(await _scene.VersionsAsync("etl@wider"));
        Assert.NotNull(await _scene.Runs.Reader.RequestAsync("r1"));
    });
}
