using System.Diagnostics.Metrics;
using System.Text.Json;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

public sealed class ActivityRunnerTests : IAsyncDisposable
{
    private readonly FakeTaskHub _hub = new("hub", new VirtualTime());
    private readonly FakeTaskClient _client;
    private readonly LaneClients _lanes = new("default");
    private readonly ActivityRegistry _registry = new();
    private readonly CancellationTokenSource _shutdown = new(), _call = new();

    public ActivityRunnerTests() => _client = new(_hub, new VirtualTime());

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _shutdown.Dispose();
        _call.Dispose();
    }

    [Fact]
    public async Task RunAsync_BindsTheClients_BeforeTheActivityNeedsThem()
    {
        _registry.Add("start", ActivityWeight.Bookkeeping, async activity => await _lanes.ScheduleNewOrchestrationInstanceAsync("code", null, new() { InstanceId = activity.GetInput<string>() }));
        Assert.True((await RunAsync("start", "i")).GetBoolean());
        Assert.NotNull(await _client.GetInstanceAsync("i"));
    }

    [Fact]
    public async Task RunAsync_OfAnActivity_IsCountedAsInEveryHost()
    {
        var counted = 0L;
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => { if (instrument.Name == "updraft.engine.activities") listening.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag is { Key: "activity", Value: "counted once" }) Interlocked.Add(ref counted, count);
        });
        listener.Start();
        _registry.Add("counted once", ActivityWeight.Bookkeeping, _ => Task.FromResult<object?>(null));

        await RunAsync("counted once", 1);

        Assert.Equal(1, counted);
    }

    [Fact]
    public async Task RunAsync_WithoutAResult_ReturnsNull()
    {
        _registry.Add("none", ActivityWeight.Bookkeeping, _ => Task.FromResult<object?>(null));
        Assert.Equal(JsonValueKind.Null, (await RunAsync("none", 1)).ValueKind);
    }

    [Fact]
    public async Task RunAsync_ResultOverTheLimit_FailsTheCall()
    {
        _registry.Add("huge", ActivityWeight.Bookkeeping, _ => Task.FromResult<object?>(new string('x', OrchestrationLimits.Payload)));
        Assert.Contains("'huge'", (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync("huge", 1))).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_HostEndsOrCallIsCancelled_TheActivityIsTold(bool hostEnds)
    {
        _registry.Add("wait", ActivityWeight.Process, async activity =>
        {
            await Task.Delay(Timeout.Infinite, activity.Cancellation);
            return null;
        });
        var running = RunAsync("wait", 1);
        await (hostEnds ? _shutdown : _call).CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private Task<JsonElement> RunAsync(string name, object input) =>
        new ActivityRunner(_registry, _lanes, _shutdown.Token).RunAsync(new(name, "i", JsonSerializer.SerializeToElement(input), _call.Token), _client, _client);
}
