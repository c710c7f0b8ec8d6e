using Updraft.Dags;
using static Updraft.Orchestration.Tests.CatalogueScene;

namespace Updraft.Orchestration.Tests;

public sealed class DagCatalogueTests
{
    private readonly CatalogueScene _scene = new();

    private DagCatalogue Catalogue => _scene.Catalogue;

    [Fact]
    public void Publish_NewDag_IsListedWithItsVersion() => _scene.Run(async () =>
    {
        var published = await Catalogue.PublishAsync(Dag("etl", schedule: Daily, team: "sky"));

        var listed = Assert.Single(await _scene.ListAsync());
        Assert.Equal(("etl", published.Current!.Hash, "sky", "0 6 * * *", false, false), (listed.Name, listed.Hash, listed.Team, listed.Schedule, listed.Paused, listed.Owed));
        Assert.Equal(published.Current, Assert.Single(await _scene.VersionsAsync("etl")));
        Assert.Equal("ann", published.Current.PublishedBy);
    });

    [Fact]
    public void Publish_BracesInAFieldThatHoldsNoTemplates_IsAccepted() => _scene.Run(async () =>
        Assert.NotNull((await Catalogue.PublishAsync(Dag("etl", "echo {{ not_ours }}"))).Current));

    [Fact]
    public void Publish_SameContent_ChangesNothing() => _scene.Run(async () =>
    {
        var first = await Catalogue.PublishAsync(Dag("etl", schedule: Daily));
        var again = await _scene.Fresh().PublishAsync(Dag("etl", schedule: Daily));

        Assert.Equal(first.Sequence, again.Sequence);
        Assert.Single(await _scene.VersionsAsync("etl"));
        Assert.Single(await _scene.ToldAsync("etl"));
    });

    [Fact]
    public void Publish_SameSpecWithAnotherPackage_IsAnotherVersion() => _scene.Run(async () =>
    {
        var first = await Catalogue.PublishAsync(Dag("etl") with { Package = "p1" });
        var second = await Catalogue.PublishAsync(Dag("etl") with { Package = "p2" });

        Assert.Equal(first.Current!.SpecHash, second.Current!.SpecHash);
        Assert.Equal([second.Current.Hash, first.Current.Hash], (await _scene.VersionsAsync("etl")).Select(version => version.Hash));
    });

    [Fact]
    public void Publish_OlderContentAgain_IsCurrentWithANewNumber() => _scene.Run(async () =>
    {
        await Catalogue.PublishAsync(Dag("etl", "v1"));
        await Catalogue.PublishAsync(Dag("etl", "v2"));
        var back = await Catalogue.PublishAsync(Dag("etl", "v1"));

        var versions = await _scene.VersionsAsync("etl");
        Assert.Equal([3, 2, 1], versions.Select(version => version.Number));
        Assert.Equal(versions[2].Hash, back.Current!.Hash);
    });

    [Fact]
    public void Publish_ManyAtOnce_ListsAllAndTheLastIsCurrent()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var scene = new CatalogueScene(seed, inOrder: false);
            scene.Run(async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 4).Select(n => (n % 2 == 0 ? scene.Catalogue : scene.Fresh()).PublishAsync(Dag("etl", $"v{n}", Daily))));

                var versions = await scene.VersionsAsync("etl");
                Assert.Equal([4, 3, 2, 1], versions.Select(version => version.Number));
                Assert.Equal(4, versions.Select(version => version.Hash).Distinct().Count());
                var current = (await scene.Catalogue.GetAsync("etl"))!;
                Assert.Equal(versions[0], current.Current);
                Assert.Equal((4, 4), (current.Sequence, current.Told));
                Assert.Equal(current.Current!.Hash, (await scene.ToldAsync("etl"))[^1].Hash);
            });
        }
    }

    [Fact]
    public void Change_DagOfAnotherTeam_IsRefused() => _scene.Run(async () =>
    {
        var published = await Catalogue.PublishAsync(Dag("etl", team: "sky"));
        Caller[] others = [new("bob"), new("bob", "sea")];
        foreach (var other in others)
        {
            await RefusedAsync(CatalogueErrors.OtherTeam, () => Catalogue.PublishAsync(Dag("etl", "false") with { By = other }));
            await RefusedAsync(CatalogueErrors.OtherTeam, () => Catalogue.PauseAsync("etl", other));
            await RefusedAsync(CatalogueErrors.OtherTeam, () => Catalogue.UnpauseAsync("etl", other));
            await RefusedAsync(CatalogueErrors.OtherTeam, () => Catalogue.RemoveAsync("etl", other));
        }

        Assert.Equal(published.Sequence, (await Catalogue.GetAsync("etl"))!.Sequence);
        Assert.True((await Catalogue.PauseAsync("etl", Caller.System)).Paused);
        Assert.True(await Catalogue.RemoveAsync("etl", new Caller("eve", "sky")));
        Assert.Equal("sea", (await Catalogue.PublishAsync(Dag("etl", team: "sea"))).Team);
    });

    [Theory]
    [InlineData("", null)]
    [InlineData("a@b", null)]
    [InlineData("a/b", null)]
    [InlineData("a", "")]
    [InlineData("a", "x@y")]
    [InlineData("a\0", null)]
    public void Publish_BadName_IsRefused(string name, string? experiment) => _scene.Run(async () =>
    {
        await RefusedAsync(CatalogueErrors.NameRefused, () => Catalogue.PublishAsync(Dag(name, experiment: experiment)));
        await RefusedAsync(CatalogueErrors.NameRefused, () => Catalogue.PublishAsync(Dag(new string('x', 65))));
        await RefusedAsync(CatalogueErrors.NameRefused, () => Catalogue.PublishAsync(Dag("a", team: "no team")));
        Assert.Empty(_scene.Host.Store.Paths);
    });

    [Fact]
    public void Publish_TaskThatMayOutlastTheHostsWorkers_IsRefusedWithTheReason() => _scene.Run(async () =>
    {
        var host = _scene.Fresh(TimeSpan.FromMinutes(28));
        PublishDag Of(TimeSpan? timeout) => Dag("etl") is var dag ? dag with { Spec = dag.Spec with { Tasks = [dag.Spec.Tasks[0] with { Timeout = timeout }] } } : dag;

        var refused = await RefusedAsync(CatalogueErrors.TooLong, () => host.PublishAsync(Of(TimeSpan.FromMinutes(29))));
        Assert.StartsWith("task 'a' of DAG 'etl' has a timeout of 29m, and this host lets nothing work within it for more than 28m: run it in a container", refused.Message);
        Assert.Empty(_scene.Host.Store.Paths);
        await host.PublishAsync(Of(TimeSpan.FromMinutes(28)));
        await host.PublishAsync(Of(null));
        await Catalogue.PublishAsync(Of(TimeSpan.FromDays(1)));
    });

    [Fact]
    public void Publish_WhatTheHostLacks_IsRefusedWithTheReason() => _scene.Run(async () =>
    {
        var dag = Dag("etl");
        var lake = new OperatorManifest { Name = "lake", Kind = OperatorKind.Job, Description = "Copies.", Fields = Shell.Fields };
        dag = dag with { Spec = dag.Spec with { Tasks = [dag.Spec.Tasks[0] with { Operator = "lake" }] }, Operators = [lake] };

        var refused = await RefusedAsync(CatalogueErrors.OperatorMissing, () => Catalogue.PublishAsync(dag));
        Assert.Equal("DAG 'etl' uses the operator 'lake', which this host does not offer; it offers shell", refused.Message);
        Assert.Empty(_scene.Host.Store.Paths);
        Assert.NotNull((await Catalogue.PublishAsync(dag with { Package = "brings-lake" })).Current);
    });

    [Fact]
    public void Publish_InvalidOrTooLarge_IsRefused() => _scene.Run(async () =>
    {
        var dag = Dag("etl");
        await RefusedAsync(DagErrors.NoTasks, () => Catalogue.PublishAsync(dag with { Spec = dag.Spec with { Tasks = [] } }));
        await RefusedAsync(DagErrors.TooLarge, () => Catalogue.PublishAsync(Dag("etl", new string('x', DagJson.MaxBytes))));
        Assert.Empty(_scene.Host.Store.Paths);
    });

    [Fact]
    public void Pause_AndUnpause_KeepWhoAndWhyAndCount() => _scene.Run(async () =>
    {
        var published = await Catalogue.PublishAsync(Dag("etl", schedule: Daily));
        var paused = await Catalogue.PauseAsync("etl", new Caller("bob"), "the source is down");
        Assert.Equal((true, "bob", "the source is down", published.Sequence + 1), (paused.Paused, paused.PausedBy, paused.PauseReason, paused.Sequence));
        Assert.Equal(paused.Sequence, (await Catalogue.PauseAsync("etl", new Caller("eve"))).Sequence);
        Assert.True((await Catalogue.PublishAsync(Dag("etl", "v2", Daily))).Paused);
        var unpaused = await Catalogue.UnpauseAsync("etl", new Caller("bob"));

        Assert.Equal((false, null, null), (unpaused.Paused, unpaused.PausedBy, unpaused.PauseReason));
        Assert.Equal([false, true, true, false], (await _scene.ToldAsync("etl")).Select(change => change.Paused));
        await RefusedAsync(CatalogueErrors.NoSuchDag, () => Catalogue.PauseAsync("other", new Caller("bob")));
        await RefusedAsync(CatalogueErrors.TextRefused, () => Catalogue.PauseAsync("etl", new Caller("bob"), "\0"));
        await RefusedAsync(CatalogueErrors.TextRefused, () => Catalogue.PauseAsync("etl", new Caller("bob\uD800")));
    });

    [Fact]
    public void Pause_UnlessChangedSince_LeavesWhatWasChanged() => _scene.Run(async () =>
    {
        var published = await Catalogue.PublishAsync(Dag("etl", schedule: Daily));
        Assert.True((await Catalogue.PauseAsync("etl", Caller.System, "3 failed runs", published.Sequence)).Paused);
        await Catalogue.UnpauseAsync("etl", new Caller("bob"));

        Assert.False((await Catalogue.PauseAsync("etl", Caller.System, "3 failed runs", published.Sequence)).Paused);
    });

    [Fact]
    public void Remove_ThenPublish_GoesOnCounting() => _scene.Run(async () =>
    {
        await Catalogue.PublishAsync(Dag("etl", schedule: Daily));
        Assert.True(await Catalogue.RemoveAsync("etl", new Caller("ann")));
        Assert.False(await Catalogue.RemoveAsync("etl", new Caller("ann")));
        Assert.Null(await Catalogue.GetAsync("etl"));
        Assert.Empty(await _scene.ListAsync());
        Assert.Single(await _scene.VersionsAsync("etl"));

        var again = await Catalogue.PublishAsync(Dag("etl"));
        Assert.Equal((3, 2), (again.Sequence, again.Current!.Number));
        Assert.Equal([false, true, false], (await _scene.ToldAsync("etl")).Select(change => change.Hash is null));
    });

    [Fact]
    public void List_HostileTexts_FitsASummary() => _scene.Run(async () =>
    {
        var name = new string('n', 64);
        await Catalogue.PublishAsync(Dag(name, team: new string('t', 64), experiment: name));
        await Catalogue.PauseAsync($"{name}@{name}", new Caller("ann", new string('t', 64)), string.Concat(Enumerable.Repeat("\"\n\U0010FFFD\uE000", 200)));

        Assert.EndsWith("…", Assert.Single(await _scene.ListAsync()).PauseReason, StringComparison.Ordinal);
    });

    [Fact]
    public void ForgetVersions_KeepsTheNewestAndNoneOfTheRemoved() => _scene.Run(async () =>
    {
        for (var n = 1; n <= 4; n++) await Catalogue.PublishAsync(Dag("etl", $"v{n}"));
        await Catalogue.PublishAsync(Dag("gone"));
        await Catalogue.RemoveAsync("gone", Caller.Unknown);
        await Catalogue.ForgetVersionsAsync(keep: 2);

        var versions = await _scene.VersionsAsync("etl");
        Assert.Equal([4, 3], versions.Select(version => version.Number));
        var referenced = new HashSet<string>();
        await foreach (var version in Catalogue.ReferencedVersionsAsync()) referenced.Add(version.Hash);
        Assert.Equal([.. versions.Select(version => version.Hash).Order()], referenced.Order());
    });

    internal static async Task<UpdraftException> RefusedAsync(string code, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<UpdraftException>(call);
        Assert.Equal(code, refused.Code);
        return refused;
    }
}
