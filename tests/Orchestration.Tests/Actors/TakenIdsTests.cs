namespace Updraft.Orchestration.Tests;

public sealed class TakenIdsTests
{
    [Fact]
    public void Add_SameIdTwice_IsRefused()
    {
        var taken = new TakenIds();

        Assert.True(taken.Add("a"));
        Assert.False(taken.Add("a"));
    }

    [Fact]
    public void ToDelete_OnlyWhatIsStored()
    {
        var taken = new TakenIds();
        taken.Add("a");
        var total = taken.Total;
        taken.Add("b");
        taken.Stored(total);

        Assert.Equal(["a"], taken.ToDelete());
        Assert.Equal(["a", "b"], taken.NotDeleted());
    }

    [Fact]
    public void Deleted_RemembersTheLast()
    {
        var taken = new TakenIds();
        for (var i = 0; i < 100; i++)
        {
            taken.Add($"{i}");
            taken.Stored(taken.Total);
            taken.Deleted(1);
        }

        Assert.Equal(TakenIds.Remembered, taken.ToStore().Count);
        Assert.False(taken.Add("99"));
        Assert.Empty(taken.ToDelete());
    }

    [Fact]
    public void Deleted_WhileAStoreIsUnderWay_KeepsTheCount()
    {
        var taken = new TakenIds();
        for (var i = 0; i < 40; i++) taken.Add($"{i}");
        taken.Stored(taken.Total);
        taken.Add("new");
        var total = taken.Total;
        taken.Deleted(40);
        taken.Stored(total);

        Assert.Equal(["new"], taken.ToDelete());
    }

    [Fact]
    public void Restore_KnowsTheStoredOnes()
    {
        var taken = new TakenIds();
        taken.Restore(["a", "b"]);

        Assert.False(taken.Add("a"));
        Assert.Empty(taken.NotDeleted());
    }
}
