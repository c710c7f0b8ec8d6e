using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class AlertEndpointTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        await _server.PublishAsync("{name: mine, tasks: {one: {step: {}}}}", new Caller("ana", "a"));
        await _server.PublishAsync("{name: theirs, tasks: {one: {step: {}}}}", new Caller("bob", "b"));
        foreach (var dag in (string?[])["mine", "theirs", null])
            await _server.Services.Alerts.RaiseAsync(new Alert { Id = $"alert-{dag}", Kind = AlertKinds.AutoPaused, Dag = dag, Message = "look", At = _server.Time.GetUtcNow() });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task List_ForATeam_LeavesOutThoseOfOthers()
    {
        _server.Someone = Somebody.With(Role.Viewer, "a");

        var seen = (await _server.SendAsync<Page<Alert>>(HttpMethod.Get, "alerts")).Items.Select(alert => alert.Dag);

        Assert.Equal([null, "mine"], seen.Order(StringComparer.Ordinal));
        Assert.Equal("look", (await _server.SendAsync<Alert>(HttpMethod.Get, "alerts/alert-mine")).Message);
        Assert.Equal((404, ApiErrors.NoAlert), await _server.RefusedAsync(HttpMethod.Get, "alerts/alert-theirs") is var problem ? (problem.Status, problem.Code) : default);
    }

    [Fact]
    public async Task List_Everywhere_HasAll()
    {
        _server.Someone = Somebody.With(Role.Viewer);

        Assert.Equal(3, (await _server.SendAsync<Page<Alert>>(HttpMethod.Get, "alerts")).Items.Length);
        Assert.Equal("theirs", Assert.Single((await _server.SendAsync<Page<Alert>>(HttpMethod.Get, "alerts?dag=theirs&count=1")).Items).Dag);
    }
}
