using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Azure.Tests;

/// <summary>Claims of two processes over one storage.</summary>
public sealed class ClaimTests : IDisposable
{
    private readonly MemoryStore _store = new();
    private readonly VirtualTime _time = new();
    private readonly CancellationTokenSource _shutdown = new();
    private readonly ClaimAttemptHost _one, _other;

    public ClaimTests()
    {
        _one = new(_store, _time, NullLogger.Instance, _shutdown.Token);
        _other = new(_store, _time, NullLogger.Instance, CancellationToken.None);
    }

    public void Dispose() => _shutdown.Dispose();

    [Fact]
    public async Task ClaimAsync_ByTwoHosts_OneActs()
    {
        await using var attempt = await _one.ClaimAsync("a");
        Assert.NotNull(attempt);
        Assert.Null(await _other.ClaimAsync("a"));
    }

    [Fact]
    public async Task ClaimAsync_HeldForHours_StaysHeld()
    {
        await using var attempt = (await _one.ClaimAsync("a"))!;
        Pass(TimeSpan.FromHours(3));
        Assert.False(attempt.Stopping.IsCancellationRequested);
        Assert.Null(await _other.ClaimAsync("a"));
        Assert.InRange(_store.Writes, 300, 365); // Every 30 seconds, and no more.
    }

    [Fact]
    public async Task ClaimAsync_HolderHasDied_IsTakenOverAfterTwoMinutes()
    {
        var dead = await DeadHolderAsync();
        Pass(TimeSpan.FromSeconds(119));
        Assert.Null(await _other.ClaimAsync("a"));
        Pass(TimeSpan.FromSeconds(1));
        await using var attempt = await _other.ClaimAsync("a");
        Assert.NotNull(attempt);
        await dead.DisposeAsync();
        Assert.True(dead.IsLost);
        Assert.Null(await _one.ClaimAsync("a")); // What the late one gives back is not the claim of who took over.
    }

    [Fact]
    public async Task Renewal_OfALateWorker_IsRefusedAndStopsItsWork()
    {
        await using var late = (await _one.ClaimAsync("a"))!;
        await TakeOverAsync();
        var stopped = StoppedAsync(late);
        Pass(TimeSpan.FromSeconds(5));
        await stopped;
        Assert.False(late.StopRequested);
        Assert.Null(await _one.ClaimAsync("a"));
    }

    [Fact]
    public async Task StopAsync_OnAnotherHost_IsSeenWithinFiveSeconds()
    {
        await using var attempt = (await _one.ClaimAsync("a"))!;
        var stopped = StoppedAsync(attempt);
        Assert.True(await _other.StopAsync("a"));
        Assert.False(attempt.StopRequested);
        Pass(TimeSpan.FromSeconds(5));
        await stopped;
        Assert.True(attempt.StopRequested);
        Assert.True(await _other.StopAsync("a")); // Still dying, and asked again.
    }

    [Fact]
    public async Task StopAsync_HolderHasDied_NobodyHoldsIt()
    {
        await DeadHolderAsync();
        Pass(TimeSpan.FromMinutes(2));
        Assert.False(await _other.StopAsync("a"));
    }

    [Fact]
    public async Task DisposeAsync_AfterAStop_FreesTheClaimAndLeavesNothing()
    {
        var attempt = (await _one.ClaimAsync("a"))!;
        await _other.StopAsync("a");
        await attempt.DisposeAsync();
        Assert.False(attempt.IsLost);
        Assert.Equal(0, _store.Count);
        Assert.False(await _other.StopAsync("a"));
        await using var next = (await _other.ClaimAsync("a"))!;
        Assert.False(next.StopRequested);
    }

    [Fact]
    public async Task Shutdown_OfTheHost_StopsTheWorkWithoutARequest()
    {
        await using var attempt = (await _one.ClaimAsync("a"))!;
        var stopped = StoppedAsync(attempt);
        await _shutdown.CancelAsync();
        await stopped;
        Assert.False(attempt.StopRequested);
    }

    [Fact]
    public async Task Storage_AwayForAMinute_TheClaimIsKept()
    {
        await using var attempt = (await _one.ClaimAsync("a"))!;
        _store.IsAway = true;
        Pass(TimeSpan.FromSeconds(60));
        _store.IsAway = false;
        Pass(TimeSpan.FromMinutes(10));
        Assert.False(attempt.Stopping.IsCancellationRequested);
        Assert.Null(await _other.ClaimAsync("a"));
    }

    [Fact]
    public async Task Storage_AwayForLong_TheWorkStopsBeforeAnotherMayBegin()
    {
        var attempt = (await _one.ClaimAsync("a"))!;
        _store.IsAway = true;
        Pass(TimeSpan.FromSeconds(89));
        Assert.False(attempt.Stopping.IsCancellationRequested);
        Pass(TimeSpan.FromSeconds(1));
        Assert.True(attempt.Stopping.IsCancellationRequested);
        Assert.False(attempt.StopRequested);
        await attempt.DisposeAsync();
        Assert.False(attempt.IsLost);
        _store.IsAway = false;
        Assert.Null(await _other.ClaimAsync("a"));
        Pass(TimeSpan.FromSeconds(30));
        await using var next = await _other.ClaimAsync("a");
        Assert.NotNull(next);
    }

    [Fact]
    public async Task WaitForReleaseAsync_HolderHasDied_IsFalseAfterTwoMinutes()
    {
        await DeadHolderAsync();
        var waiting = _other.WaitForReleaseAsync("a");
        Pass(TimeSpan.FromSeconds(115));
        Assert.False(waiting.IsCompleted);
        Pass(TimeSpan.FromSeconds(5));
        Assert.False(await waiting);
    }

    [Fact]
    public async Task RemoveLeftAsync_ClaimsOfTheDead_AreRemovedAfterADay()
    {
        await DeadHolderAsync();
        await using var alive = await _one.ClaimAsync("b");
        Pass(TimeSpan.FromHours(23));
        Assert.Equal(0, await _other.RemoveLeftAsync());
        Pass(TimeSpan.FromHours(1));
        Assert.Equal(1, await _other.RemoveLeftAsync());
        Assert.Equal(1, _store.Count);
    }

    /// <summary>A claim whose process is gone: it is never renewed again.</summary>
    private async Task<IAttempt> DeadHolderAsync()
    {
        var frozen = new VirtualTime(_time.GetUtcNow());
        return (await new ClaimAttemptHost(_store, frozen, NullLogger.Instance, CancellationToken.None).ClaimAsync("a"))!;
    }

    /// <summary>Another host takes a claim over whose holder, to it, has been silent for long.</summary>
    private async Task TakeOverAsync()
    {
        var ahead = new VirtualTime(_time.GetUtcNow() + TimeSpan.FromMinutes(3));
        Assert.NotNull(await new ClaimAttemptHost(_store, ahead, NullLogger.Instance, CancellationToken.None).ClaimAsync("a"));
    }

    /// <summary>All that time brings about is done when it has passed: nothing is handed to another thread.</summary>
    private void Pass(TimeSpan time)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _time.Advance(time);
        SynchronizationContext.SetSynchronizationContext(context);
    }

    private static Task StoppedAsync(IAttempt attempt)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        attempt.Stopping.Register(stopped.SetResult);
        return stopped.Task;
    }
}
