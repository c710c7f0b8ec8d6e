using Updraft.Orchestration;

namespace Updraft.Conformance;

/// <summary>What every <see cref="IAttemptHost"/> does.</summary>
public abstract class AttemptHostContract : IAsyncLifetime
{
    private IAttemptHost _host = null!;

    protected abstract Task<IAttemptHost> OpenAsync();

    public async Task InitializeAsync() => _host = await OpenAsync();

    /// <summary>Lets time pass, and what it brings about be done.</summary>
    protected abstract Task PassAsync(TimeSpan time);

    public abstract Task DisposeAsync();

    [Fact]
    public async Task ClaimAsync_Twice_OneActs()
    {
        await using var first = await _host.ClaimAsync("a1");
        Assert.Equal("a1", first!.Id);
        Assert.Null(await _host.ClaimAsync("a1"));
        await using var other = await _host.ClaimAsync("a2");
        Assert.NotNull(other);
    }

    [Fact]
    public async Task ClaimAsync_AfterItWasGivenBack_Succeeds()
    {
        await (await _host.ClaimAsync("a1"))!.DisposeAsync();
        await using var second = await _host.ClaimAsync("a1");
        Assert.NotNull(second);
    }

    [Fact]
    public async Task StopAsync_Held_StopsTheHolder()
    {
        await using var attempt = (await _host.ClaimAsync("a1"))!;
        Assert.False(attempt.StopRequested);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = attempt.Stopping.Register(stopped.SetResult);
        Assert.True(await _host.StopAsync("a1"));
        await stopped.Task;
        Assert.True(attempt.StopRequested);
        Assert.Null(await _host.ClaimAsync("a1"));
    }

    [Fact]
    public async Task WaitForReleaseAsync_Held_WaitsUntilItIsGivenBack()
    {
        var attempt = (await _host.ClaimAsync("a1"))!;
        var released = _host.WaitForReleaseAsync("a1");
        await PassAsync(TimeSpan.FromMinutes(10));
        Assert.False(released.IsCompleted);
        await attempt.DisposeAsync();
        Assert.False(attempt.IsLost);
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.True(await released);
    }

    [Fact]
    public async Task StopAsync_NobodyHoldsIt_IsFalse()
    {
        Assert.False(await _host.StopAsync("a1"));
        await (await _host.ClaimAsync("a1"))!.DisposeAsync();
        Assert.False(await _host.StopAsync("a1"));
    }
}
