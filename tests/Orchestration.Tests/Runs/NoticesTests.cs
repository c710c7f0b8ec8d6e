namespace Updraft.Orchestration.Tests;

public sealed class NoticesTests
{
    private readonly LogNotices _notices = new();

    [Fact]
    public void Next_Change_TellsAllWhoWaitForIt()
    {
        using var one = _notices.Next("a");
        using var other = _notices.Next("a");
        using var elsewhere = _notices.Next("b");

        _notices.Appended("a");

        Assert.Equal((true, true, false), (one.Task.IsCompleted, other.Task.IsCompleted, elsewhere.Task.IsCompleted));
    }

    [Fact]
    public void Next_AfterAChange_WaitsForTheOneAfter()
    {
        _notices.Next("a").Dispose();
        _notices.Appended("a");
        using var next = _notices.Next("a");
        Assert.False(next.Task.IsCompleted);

        _notices.Appended("a");

        Assert.True(next.Task.IsCompleted);
    }

    [Fact]
    public void Dispose_LastOfThoseWhoWait_KeepsNothing()
    {
        var (one, other) = (_notices.Next("a"), _notices.Next("a"));
        one.Dispose();
        one.Dispose();
        Assert.Equal(1, _notices.Count);

        other.Dispose();

        Assert.Equal(0, _notices.Count);
    }

    /// <summary>Who comes as the last one leaves is told all the same.</summary>
    [Fact]
    public async Task Next_WhileOthersComeAndGo_MissesNoChange()
    {
        using var over = new CancellationTokenSource();
        var others = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (!over.IsCancellationRequested) _notices.Next("a").Dispose();
        })).ToArray();

        for (var n = 0; n < 10_000; n++)
        {
            using var next = _notices.Next("a");
            _notices.Appended("a");
            Assert.True(next.Task.IsCompleted);
        }

        await over.CancelAsync();
        await Task.WhenAll(others);
        Assert.Equal(0, _notices.Count);
    }
}
