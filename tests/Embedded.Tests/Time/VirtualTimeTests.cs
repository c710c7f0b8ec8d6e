namespace Updraft.Embedded.Tests;

public sealed class VirtualTimeTests
{
    private readonly VirtualTime _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Advance_TimersOnTheWay_FireInOrderAtTheirTime()
    {
        var start = _time.GetUtcNow();
        using var late = After(3, "late");
        using var soon = After(1, "soon");
        using var never = After(9, "never");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["soon 1", "late 3"], _fired);
        Assert.Equal(start.AddSeconds(5), _time.GetUtcNow());

        ITimer After(int seconds, string name) =>
            _time.CreateTimer(_ => _fired.Add($"{name} {(_time.GetUtcNow() - start).TotalSeconds}"), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void JumpToNextTimer_NoneLeft_IsFalse()
    {
        using var timer = _time.CreateTimer(_ => _fired.Add("x"), null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
        Assert.True(_time.JumpToNextTimer());
        Assert.False(_time.JumpToNextTimer());
        Assert.Single(_fired);
    }

    [Fact]
    public void CreateTimer_Period_Repeats()
    {
        using var timer = _time.CreateTimer(_ => _fired.Add("x"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(3, _fired.Count);
    }

    [Fact]
    public void Dispose_Timer_FiresNoMore()
    {
        var timer = _time.CreateTimer(_ => _fired.Add("x"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();
        Assert.False(_time.JumpToNextTimer());
        Assert.Empty(_fired);
    }
}
