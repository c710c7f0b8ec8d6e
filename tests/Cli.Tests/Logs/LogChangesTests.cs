using Updraft.Api;
using Updraft.Embedded;

namespace Updraft.Cli.Tests;

public sealed class LogChangesTests
{
    private readonly VirtualTime _time = new();

    [Theory]
    [InlineData(Way.Socket)]
    [InlineData(Way.Server)]
    public async Task Wait_ForARunOnItsWay_IsToldWithoutAnyTimePassing(Way way)
    {
        var (folder, api) = await ClientFolder.AskedAsync(way);
        await using var made = folder;
        await using var asked = api;
        await using var changes = new LogChanges(api, _time);
        await api.PostAsync<RunAccepted>($"runs", ClientFolder.Run("r"), CancellationToken.None);

        do
        {
            changes.Hear("run", $"runs/r/stream");
            await changes.WaitAsync(CancellationToken.None);
        }
        while (!(await api.GetAsync<RunResource>($"runs/r", CancellationToken.None)).Final);
    }

    [Fact]
    public async Task Wait_WhereThereIsNoStream_TimeTells()
    {
        var (folder, api) = await ClientFolder.AskedAsync(Way.Server);
        await using var made = folder;
        await using var asked = api;
        await using var changes = new LogChanges(api, _time);
        changes.Hear("run", $"runs/none/stream");
        await changes.WaitAsync(CancellationToken.None);

        var next = changes.WaitAsync(CancellationToken.None);
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await next;
    }
}
