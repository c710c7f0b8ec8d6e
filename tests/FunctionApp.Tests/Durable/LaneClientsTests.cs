using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

/// <summary>One app per lane, each with a task hub of its own.</summary>
public sealed class LaneClientsTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly FakeTaskHub _default, _fast;
    private readonly FakeTaskClient _defaultClient, _fastClient;
    private readonly LaneClients _lanes = new(LaneClients.Fast);

    public LaneClientsTests()
    {
        (_default, _fast) = (new("updraftdefault", _time), new("updraftfast", _time));
        (_defaultClient, _fastClient) = (new(_default, _time), new(_fast, _time));
        _lanes.Use(_defaultClient, _fastClient);
    }

    public async ValueTask DisposeAsync()
    {
        await _default.DisposeAsync();
        await _fast.DisposeAsync();
    }

    [Theory]
    [InlineData("default", true)]
    [InlineData("fast", false)]
    [InlineData("unheard-of", true)]
    public async Task Schedule_OfALane_GoesToItsTaskHub(string lane, bool toDefault)
    {
        Assert.True(await StartAsync("i", lane));
        Assert.Equal(toDefault, await _defaultClient.GetInstanceAsync("i") is not null);
        Assert.Equal(!toDefault, await _fastClient.GetInstanceAsync("i") is not null);
        Assert.False(await StartAsync("i", lane));
    }

    [Fact]
    public async Task Schedule_WithOneTaskHub_HasAllLanes()
    {
        _lanes.Use(_defaultClient, _defaultClient);
        await StartAsync("i", "fast");
        Assert.NotNull(await _defaultClient.GetInstanceAsync("i"));
        Assert.NotNull(await _lanes.GetInstanceAsync("i"));
        Assert.Single(await _lanes.GetAllInstancesAsync(new()).ToListAsync());
    }

    [Theory]
    [InlineData("default")]
    [InlineData("fast")]
    public async Task ById_InEitherTaskHub_IsFound(string lane)
    {
        await StartAsync("i", lane);
        Assert.Equal("i", (await _lanes.GetInstanceAsync("i"))!.InstanceId);
        Assert.False(await _lanes.PurgeInstanceAsync("i"));
        await _lanes.SuspendInstanceAsync("i");
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await _lanes.GetInstanceAsync("i"))!.RuntimeStatus);
        await _lanes.ResumeInstanceAsync("i");
        await _lanes.TerminateInstanceAsync("i", "enough");
        Assert.Equal("enough", (await _lanes.GetInstanceAsync("i"))!.FailureDetails);
        Assert.True(await _lanes.PurgeInstanceAsync("i"));
        Assert.Null(await _lanes.GetInstanceAsync("i"));
    }

    [Fact]
    public async Task RaiseEventAsync_ToTheOtherLane_Arrives()
    {
        await StartAsync("i", "default");
        await _lanes.RaiseEventAsync("i", "hint");
        await _lanes.RaiseEventAsync("nobody", "hint");
        _default.Start(async context => await context.WaitForExternalEvent<object?>("hint"), (_, _, _, _) => throw new InvalidOperationException());
        await _default.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await _lanes.GetInstanceAsync("i"))!.RuntimeStatus);
    }

    [Fact]
    public async Task GetAllInstancesAsync_ListsBothTaskHubs()
    {
        foreach (var n in Enumerable.Range(0, 5)) await StartAsync($"i{n}", n % 2 == 0 ? "default" : "fast");
        var ids = await _lanes.GetAllInstancesAsync(new() { InstanceIdPrefix = "i" }).Select(instance => instance.InstanceId).ToListAsync();
        Assert.Equal(["i0", "i1", "i2", "i3", "i4"], ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Anything_BeforeUse_SaysWhatIsMissing()
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => new LaneClients("default").GetInstanceAsync("i"));
        Assert.Contains("Use", thrown.Message);
    }

    private Task<bool> StartAsync(string id, string lane) => _lanes.ScheduleNewOrchestrationInstanceAsync("code", null, new() { InstanceId = id, Lane = lane });
}
