using System.Net;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class BackfillEndpointTests : IAsyncLifetime
{
    private const string Hourly = """
        name: hourly
        schedule: {cron: "0 * * * *"}
        tasks:
          one: {step: {wait: true}}
        """;

    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        await _server.PublishAsync(Hourly, new Caller("ana", "a"));
        await _server.Services.Catalogue.PauseAsync("hourly", Caller.System);
        _server.Someone = Somebody.With(Role.Operator, "a");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Preview_Range_SaysWhatWouldRun()
    {
        var preview = await _server.SendAsync<BackfillPreview>(HttpMethod.Post, "backfills/preview", Range(3));

        Assert.Equal((3, 3, 0), (preview.Ticks, preview.Missing, preview.Again));
        Assert.Empty((await _server.SendAsync<Page<BackfillView>>(HttpMethod.Get, "backfills")).Items);
    }

    [Fact]
    public async Task Create_Twice_IsOneOfWhoAsked()
    {
        using var answer = await _server.SendAsync(HttpMethod.Post, "backfills", Range(2) with { Id = "b 1", By = "somebody else" });
        await _server.SendAsync<BackfillAnswer>(HttpMethod.Post, "backfills", Range(2) with { Id = "b 1" });

        Assert.Equal((HttpStatusCode.Accepted, "/api/v1/backfills/b%201"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        var listed = Assert.Single((await _server.SendAsync<Page<BackfillView>>(HttpMethod.Get, "backfills?dag=hourly")).Items);
        Assert.Equal(("b 1", "ana"), (listed.Request.Id, listed.Request.Wanted.By));
    }

    [Fact]
    public async Task Pause_ResumeAndCancel_AreTaken()
    {
        await _server.SendAsync<BackfillAnswer>(HttpMethod.Post, "backfills", Range(2) with { Id = "b" });

        Assert.True((await _server.SendAsync<BackfillAnswer>(HttpMethod.Post, "backfills/b/pause")).Driven);
        await _server.SendAsync<BackfillAnswer>(HttpMethod.Post, "backfills/b/resume");
        await _server.SendAsync<BackfillAnswer>(HttpMethod.Post, "backfills/b/cancel", new BackfillCancel(Runs: true));
        await _server.Engine.Embedded.IdleAsync();

        Assert.Equal(BackfillStatus.Cancelled, (await _server.SendAsync<BackfillAnswer>(HttpMethod.Get, "backfills/b")).Backfill.Body.Status);
    }

    [Fact]
    public async Task Get_OtherTeam_IsAsIfItWereNotThere()
    {
        await _server.SendAsync<BackfillAnswer>(HttpMethod.Post, "backfills", Range(2) with { Id = "mine" });
        _server.Someone = Somebody.With(Role.Admin, "b");

        var problem = await _server.RefusedAsync(HttpMethod.Get, "backfills/mine");

        Assert.Equal((404, ApiErrors.NoBackfill), (problem.Status, problem.Code));
        Assert.DoesNotContain("known", problem.Detail, StringComparison.Ordinal);
        Assert.Empty((await _server.SendAsync<Page<BackfillView>>(HttpMethod.Get, "backfills")).Items);
    }

    [Fact]
    public async Task Cancel_AsViewerOfItsTeam_IsForbidden()
    {
        await _server.SendAsync<BackfillAnswer>(HttpMethod.Post, "backfills", Range(2) with { Id = "b" });
        _server.Someone = new Access("bob", [new Grant(Role.Viewer, "a"), new Grant(Role.Operator, "b")]);

        Assert.Equal(ApiErrors.Forbidden, (await _server.RefusedAsync(HttpMethod.Post, "backfills/b/cancel", new BackfillCancel())).Code);
    }

    [Fact]
    public async Task Get_NearlyThere_SaysWhichWasMeant()
    {
        await _server.SendAsync<BackfillAnswer>(HttpMethod.Post, "backfills", Range(1) with { Id = "spring" });

        Assert.Contains("did you mean 'spring'?", (await _server.RefusedAsync(HttpMethod.Get, "backfills/sprig")).Detail, StringComparison.Ordinal);
    }

    private CreateBackfill Range(int hours)
    {
        var now = _server.Time.GetUtcNow();
        var end = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        return new CreateBackfill { Dag = "hourly", From = end.AddHours(-hours), To = end };
    }
}
