namespace Updraft.Orchestration;

/// <summary>Waiting that ends early.</summary>
internal static class Pause
{
    /// <summary>Waits for a time, or until something is done or a token is cancelled, which throws nothing.</summary>
    public static async Task ForAsync(TimeSpan time, TimeProvider clock, CancellationToken end, Task? orDone = null)
    {
        var over = new TaskCompletionSource();
        await using var timer = clock.CreateTimer(_ => over.TrySetResult(), null, time, Timeout.InfiniteTimeSpan);
        await using var ended = end.UnsafeRegister(_ => over.TrySetResult(), null);
        await Task.WhenAny(over.Task, orDone ?? over.Task);
        // Whoever ended it goes on; it is not made to do what comes next.
        await Task.Yield();
    }
}
