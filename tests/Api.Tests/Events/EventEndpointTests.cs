using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class EventEndpointTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiTestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Send_NobodyWaits_IsKeptForAsLongAsSaid()
    {
        var sent = await _server.SendAsync<EventOutcome>(HttpMethod.Post, "events", new SendEvent { Name = "paid", Key = "order 7", Id = "1", TimeToLive = "2d" });

        Assert.Equal(EventOutcomeKind.Kept, sent.Kind);
        var known = Assert.Single((await _server.SendAsync<EventsOfKey>(HttpMethod.Get, "events?key=order%207")).Events);
        Assert.Equal(("1", TimeSpan.FromDays(2)), (known.Id, known.ExpiresAt - known.SentAt));
    }

    [Fact]
    public async Task Send_SameId_IsADuplicate()
    {
        var paid = new SendEvent { Name = "paid", Key = "k", Id = "1" };
        await _server.SendAsync<EventOutcome>(HttpMethod.Post, "events", paid);

        Assert.Equal(EventOutcomeKind.Duplicate, (await _server.SendAsync<EventOutcome>(HttpMethod.Post, "events", paid)).Kind);
    }

    [Fact]
    public async Task List_RunWaits_ShowsTheWait()
    {
        await _server.PublishAsync("{name: waits, tasks: {one: {event: {name: paid}}}}");
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/waits/runs", new TriggerPublished { Run = new RunGiven { RunId = "r", BusinessKey = "k" } });
        await _server.Engine.Embedded.IdleAsync();

        Assert.Equal("r", Assert.Single((await _server.SendAsync<EventsOfKey>(HttpMethod.Get, "events?key=k")).Waits).RunId);
        Assert.Equal(EventOutcomeKind.Delivered, (await _server.SendAsync<EventOutcome>(HttpMethod.Post, "events", new SendEvent { Name = "paid", Key = "k" })).Kind);
        Assert.Equal(RunStatus.Success, (await _server.EndAsync("r")).Body.Status);
    }

    [Fact]
    public async Task Send_NameWithSpaces_IsRefused() =>
        Assert.Equal((422, EventErrors.Refused), await _server.RefusedAsync(HttpMethod.Post, "events", new SendEvent { Name = "has paid", Key = "k" }) is var problem ? (problem.Status, problem.Code) : default);
}
