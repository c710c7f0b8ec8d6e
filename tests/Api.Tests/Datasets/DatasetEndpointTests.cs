using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class DatasetEndpointTests : IAsyncLifetime
{
    private const string Name = "blob://lake/orders";

    private ApiTestServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiTestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Report_NameWithSlashes_IsListedAndShown()
    {
        var landed = await _server.SendAsync<DatasetEvent>(HttpMethod.Post, "datasets/events", new DatasetReport(Name, "2026-01-02", "cause"));
        Assert.Equal(landed.Id, (await _server.SendAsync<DatasetEvent>(HttpMethod.Post, "datasets/events", new DatasetReport(Name, "2026-01-02", "cause"))).Id);

        Assert.Equal("anonymous", landed.By);
        Assert.Equal(Name, Assert.Single((await _server.SendAsync<Page<string>>(HttpMethod.Get, "datasets")).Items));
        Assert.Single((await _server.SendAsync<Page<DatasetEvent>>(HttpMethod.Get, $"datasets/events?dataset={Uri.EscapeDataString(Name)}")).Items);
        Assert.Equal("2026-01-02", Assert.Single((await _server.SendAsync<Page<DatasetEvent>>(HttpMethod.Get, $"datasets/partitions?dataset={Uri.EscapeDataString(Name)}")).Items).Partition);
    }

    [Fact]
    public async Task Events_MoreThanAPage_GoOn()
    {
        for (var i = 0; i < 3; i++) await _server.SendAsync<DatasetEvent>(HttpMethod.Post, "datasets/events", new DatasetReport(Name));

        var first = await _server.SendAsync<Page<DatasetEvent>>(HttpMethod.Get, $"datasets/events?dataset={Uri.EscapeDataString(Name)}&count=2");
        var second = await _server.SendAsync<Page<DatasetEvent>>(HttpMethod.Get, $"datasets/events?dataset={Uri.EscapeDataString(Name)}&count=2&after={Uri.EscapeDataString(first.Next!)}");

        Assert.Equal((2, 1, null), (first.Items.Length, second.Items.Length, second.Next));
        Assert.Equal(400, (await _server.RefusedAsync(HttpMethod.Get, $"datasets/events?dataset=x&count=0")).Status);
    }
}
