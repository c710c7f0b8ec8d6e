using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class ScheduleEndpointTests
{
    [Fact]
    public async Task List_SomeScheduled_HasThemWithTheirNextTick()
    {
        await using var server = await ApiTestServer.StartAsync();
        await server.PublishAsync("{name: by_hand, tasks: {one: {step: {}}}}");
        await server.PublishAsync("{name: hourly, schedule: {cron: '0 * * * *'}, tasks: {one: {step: {}}}}");
        await server.PublishAsync("{name: stopped, schedule: {cron: '0 * * * *'}, tasks: {one: {step: {}}}}");
        await server.Services.Catalogue.PauseAsync("stopped", Caller.System, "broken");

        var listed = (await server.SendAsync<Page<ScheduleResource>>(HttpMethod.Get, "schedules")).Items;

        Assert.Equal(["hourly", "stopped"], listed.Select(each => each.Dag));
        Assert.Equal((await server.SendAsync<DateTimeOffset[]>(HttpMethod.Get, "dags/hourly/ticks?count=1"))[0], listed[0].NextTick);
        Assert.Equal((null, true, "broken"), (listed[1].NextTick, listed[1].Paused, listed[1].PauseReason));
    }
}
