using System.Net;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class HealthEndpointTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiTestServer.StartAsync(options => options with { Open = false });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Health_NobodySignedIn_IsAnsweredWithoutTexts()
    {
        _server.Failure = new UpdraftException("UPD3001", "the disk of /srv/secret is full");

        using var answer = await _server.SendAsync(HttpMethod.Get, "/health");
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal((HealthStatus.Unhealthy, "UPD3001"), JsonSerializer.Deserialize<HealthSummary>(text, ApiJson.Options) is var summary ? (summary!.Status, summary.Storage) : default);
        Assert.DoesNotContain("/srv/secret", text, StringComparison.Ordinal);
        Assert.Equal(ApiErrors.SignInNeeded, (await _server.RefusedAsync(HttpMethod.Get, "health")).Code);
    }

    [Fact]
    public async Task Health_LaneBeats_IsHealthyUntilItStops()
    {
        await BeatAsync();
        var beating = await _server.SendAsync<HealthSummary>(HttpMethod.Get, "/health");
        Assert.Equal((HealthStatus.Healthy, true), (beating.Status, Assert.Single(beating.Lanes).Beats));

        _server.Time.Advance(TimeSpan.FromMinutes(4));
        using var stopped = await _server.SendAsync(HttpMethod.Get, "/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, stopped.StatusCode);
    }

    [Fact]
    public async Task Health_AsViewer_HasDetails()
    {
        await BeatAsync();
        _server.Someone = Somebody.With(Role.Viewer, "a");

        var details = await _server.SendAsync<HealthDetails>(HttpMethod.Get, "health");

        Assert.Equal((HealthStatus.Healthy, "the test"), (details.Status, details.Host));
        Assert.NotNull(Assert.Single(details.Watchdog!.Lanes).Beat);
    }

    [Fact]
    public void StatusOf_SomeLanesOrProblems_IsDegraded()
    {
        var now = _server.Time.GetUtcNow();
        var (beats, old) = (new LaneHealth("default", new Heartbeat(now, default, default), null), new LaneHealth("gpu", new Heartbeat(now.AddMinutes(-5), default, default), null));

        Assert.Equal(HealthStatus.Degraded, HealthCheck.StatusOf(true, false, new WatchdogReport { At = now, Lanes = [beats, old] }, now));
        Assert.Equal(HealthStatus.Unhealthy, HealthCheck.StatusOf(true, false, new WatchdogReport { At = now, Lanes = [old] }, now));
        Assert.Equal(HealthStatus.Degraded, HealthCheck.StatusOf(true, false, new WatchdogReport { At = now, Lanes = [beats], Problems = ["x"] }, now));
        Assert.Equal(HealthStatus.Unhealthy, HealthCheck.StatusOf(false, false, null, now));
        Assert.Equal(HealthStatus.Healthy, HealthCheck.StatusOf(true, false, null, now));
    }

    private async Task BeatAsync()
    {
        var now = _server.Time.GetUtcNow();
        var state = _server.Services.Ports.State;
        await state.PutAsync(WatchdogReport.Path, new WatchdogReport { At = now, Lanes = [new LaneHealth("default", null, null)] }, WriteCondition.None);
        await state.PutAsync(Heartbeat.PathOf("default"), new Heartbeat(now, TimeSpan.Zero, TimeSpan.Zero), WriteCondition.None);
    }
}
