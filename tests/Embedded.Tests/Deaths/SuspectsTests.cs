namespace Updraft.Embedded.Tests;

public sealed class SuspectsTests : IDisposable
{
    private static readonly WorkPiece Innocent = new(1, 1, 0), Bystander = new(2, 1, 0), Killer = new(3, 1, 0);

    private readonly WorkCount _work = new();
    private readonly VirtualTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("updraft-deaths-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_ProcessDied_TellsWhatWasAtWork()
    {
        using (var died = AtWork.Open(_folder, out var none))
        {
            Assert.Empty(none);
            died.End(died.Begin(Innocent));
            died.Begin(Killer);
        }

        using (AtWork.Open(_folder, out var left)) Assert.Equal([Killer], left);
        using (AtWork.Open(_folder, out var nothing)) Assert.Empty(nothing);
    }

    [Fact]
    public void Count_ThirdDeathInARow_TellsTheOneThatKills()
    {
        Die(Innocent, Killer);
        var second = Die(Bystander, Killer);
        Assert.False(second.IsSuspect(Bystander));
        Assert.True(second.IsSuspect(Killer));
        Assert.False(second.IsGuilty(Killer));

        var third = Die(Bystander, Killer);

        Assert.Equal((true, false, false), (third.IsGuilty(Killer), third.IsGuilty(Bystander), third.IsGuilty(Innocent)));
    }

    [Fact]
    public async Task Count_TwoSuspects_AreAtWorkOneAfterTheOther()
    {
        Die(Bystander, Killer);
        var suspects = Die(Bystander, Killer);

        var first = await suspects.BeAloneAsync(_time, _work, default);
        var other = suspects.BeAloneAsync(_time, _work, default);
        Assert.False(other.IsCompleted);
        first.Dispose();

        Assert.NotNull(await other);
    }

    [Fact]
    public async Task BeAlone_NobodyElseIsThere_IsAtWorkThroughout()
    {
        Die(Killer);
        var suspects = Die(Killer);
        _work.Add();
        var idle = _work.IdleAsync();

        using (await suspects.BeAloneAsync(_time, _work, default)) Assert.False(idle.IsCompleted);

        _work.Done();
        await idle;
    }

    [Fact]
    public async Task BeAlone_StoppedWhileItWaits_LeavesTheTurnToTheNext()
    {
        Die(Bystander, Killer);
        var suspects = Die(Bystander, Killer);
        using var stop = new CancellationTokenSource();
        var first = await suspects.BeAloneAsync(_time, _work, default);
        var stopped = suspects.BeAloneAsync(_time, _work, stop.Token);
        var next = suspects.BeAloneAsync(_time, _work, default);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        first.Dispose();

        Assert.NotNull(await next);
    }

    [Fact]
    public async Task BeAlone_TheOneBeforeGoesOnAndOn_IsNotWaitedForLong()
    {
        Die(Bystander, Killer);
        var suspects = Die(Bystander, Killer);
        var outlived = 0;
        using var first = await suspects.BeAloneAsync(_time, _work, default);
        first.Outlived += () => outlived++;
        _time.Advance(AloneTurn.Patience);
        Assert.Equal(0, outlived); // Nobody waits.

        var other = suspects.BeAloneAsync(_time, _work, default);
        _time.Advance(AloneTurn.Patience);

        using var second = await other;
        Assert.Equal(1, outlived);
    }

    [Fact]
    public void Count_StoppedInPeaceBetween_BeginsAnew()
    {
        Die(Killer);
        Die(Killer);
        Die();

        var last = Die(Killer);

        Assert.False(last.IsGuilty(Killer));
    }

    private Suspects Die(params WorkPiece[] left)
    {
        using var database = Database.Open(_folder, relaxed: true);
        return Suspects.Count(database.Writer, left);
    }
}
