using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>A storage account that is away for a while.</summary>
public sealed class StoragePatienceTests : IDisposable
{
    private const string Unreachable = "UPD7003";

    private readonly TestAttempts _attempts = new() { Time = new HastyTime() };

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task RunAttempt_StorageAwayWhenItHasWorked_KeepsItsOutputAndItsLog()
    {
        var large = new string('x', 100_000);
        var request = _attempts.Task("t", "shell", new { script = $"printf 'said\\n'; head -c 100000 /dev/zero | tr '\\0' x > big; printf '\"%s\"' \"$(cat big)\" > \"$UPDRAFT_OUTPUT\"" });
        _attempts.Blobs.Away = new UpdraftException(Unreachable, "away");
        _attempts.Blobs.AwayFor = 5;

        var result = await _attempts.RunAsync(request);

        Assert.Equal((AttemptOutcome.Success, 0), (result.Outcome, _attempts.Blobs.AwayFor));
        Assert.Equal($"\"{large}\"", _attempts.Blobs.TextOf(result.Output!.Blob!));
        Assert.Contains("said", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Unreachable, 600)]
    [InlineData("UPD7004", 600)]
    [InlineData("UPD7001", 0)]
    [InlineData("UPD3003", 0)]
    public async Task AwaitAsync_NeverBack_FailsAfterTheLongestWaitWhereWaitingHelps(string code, int seconds)
    {
        var time = new HastyTime();

        var failed = await Assert.ThrowsAsync<UpdraftException>(() => StoragePatience.AwaitAsync<int>(time, StoragePatience.ForWork, () => throw new UpdraftException(code, "away"), CancellationToken.None));

        Assert.Equal(code, failed.Code);
        Assert.InRange(time.Passed.TotalSeconds, seconds, seconds + 15);
    }

    [Fact]
    public async Task AwaitAsync_ToldToStop_Stops()
    {
        using var stop = new CancellationTokenSource();
        var waiting = StoragePatience.AwaitAsync<int>(TimeProvider.System, StoragePatience.ForWork, () => throw new UpdraftException(Unreachable, "away"), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    /// <summary>Whatever is waited for has come, and the clock says so.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private long _ticks;

        public TimeSpan Passed => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, callback, state);
            timer.Change(dueTime, period);
            return timer;
        }

        private sealed class Timer(HastyTime time, TimerCallback callback, object? state) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Interlocked.Add(ref time._ticks, dueTime.Ticks);
                ThreadPool.QueueUserWorkItem(_ => callback(state));
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
