namespace Updraft.Orchestration.Tests;

public sealed class ActorInstanceIdTests
{
    [Fact]
    public void Of_PlainName_IsReadable() =>
        Assert.Matches("^run-nightly_1-[a-z2-7]{26}-3$", ActorInstanceId.Of(new("run", "runs/nightly_1/"), 3));

    [Theory]
    [InlineData("runs/x/", 1)]
    [InlineData("runs/%2F%5C%23%3F%40/", 12)]
    [InlineData("runs/a-very-long-name-that-goes-on-and-on-and-on-and-on-and-on/", int.MaxValue)]
    [InlineData("runs/%E6%97%A5%E6%9C%AC%E8%AA%9E/", 1)]
    public void Of_AnyName_IsAValidIdOfAtMostSixty(string path, int generation)
    {
        var id = ActorInstanceId.Of(new("canary", path), generation);

        Assert.Null(OrchestrationLimits.Refuse(id));
        Assert.InRange(id.Length, 1, 60);
    }

    [Fact]
    public void Of_DifferentIdentities_Differ()
    {
        ActorId[] ids = [new("run", "runs/a/"), new("run", "runs/A/"), new("part", "runs/a/"), new("run", "runs/a%2F/"), new("run", "x/runs/a/")];

        var all = ids.SelectMany(id => new[] { ActorInstanceId.Of(id, 1), ActorInstanceId.Of(id, 2) });

        Assert.Equal(10, all.Distinct().Count());
    }

    [Fact]
    public void Of_Always_IsTheSame() => Assert.Equal("run-a-" + Pinned + "-1", ActorInstanceId.Of(new("run", "runs/a/"), 1));

    private const string Pinned = "z2azwz3cxmollvdehodw2sncpj";
}
