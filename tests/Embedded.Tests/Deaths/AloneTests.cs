using Updraft.Orchestration;

namespace Updraft.Embedded.Tests;

public sealed class AloneTests : IDisposable
{
    private static readonly WorkPiece First = new(1, 1, 1), Second = new(1, 1, 2);

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_SuspectThatWaitsForTheClock_DoesNotHoldUpTheOthersForGood()
    {
        await using (var host = await _folder.OpenAsync()) await host.ScheduleAsync("both", "i");
        Die();
        await (await _folder.OpenAsync()).DisposeAsync();
        Die();
        var order = new List<string>();
        await using var last = await _folder.OpenAsync();
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Works for hours, and does not keep the clock from going on meanwhile.
        async Task<object?> WorkAsync(string name)
        {
            lock (order) order.Add(name);
            if (order.Count > 1) over.SetResult();
            last.Work.Done();
            await over.Task;
            last.Work.Add();
            return null;
        }
        var registry = new ActivityRegistry();
        registry.AddOrchestrator("both", async context =>
        {
            await Task.WhenAll(context.CallActivityAsync<object?>("one"), context.CallActivityAsync<object?>("two"));
            return null;
        });
        registry.Add("one", ActivityWeight.InProcess, _ => WorkAsync("one"));
        registry.Add("two", ActivityWeight.InProcess, _ => WorkAsync("two"));
        await last.StartAsync(registry);

        await last.IdleAsync();
        Assert.Single(order);
        var end = await last.RunToEndAsync("i");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(2, order.Count);
    }

    /// <summary>A host dies while both are at work.</summary>
    private void Die()
    {
        using var died = AtWork.Open(_folder.Path, out _);
        died.Begin(First);
        died.Begin(Second);
    }
}
