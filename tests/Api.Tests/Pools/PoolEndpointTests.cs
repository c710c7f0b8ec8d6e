using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class PoolEndpointTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        _server.Someone = Somebody.With(Role.Operator);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Set_NewPool_IsListedAndShown()
    {
        var set = await _server.SendAsync<PoolView>(HttpMethod.Put, "pools/warehouse", new PoolDefinition(3, "few connections"));

        Assert.Equal((3, "few connections"), (set.Usage.Slots, set.Usage.Definition?.Description));
        Assert.Equal("warehouse", Assert.Single((await _server.SendAsync<Page<PoolUsage>>(HttpMethod.Get, "pools")).Items).Name);
        Assert.Equal(3, (await _server.SendAsync<PoolView>(HttpMethod.Get, "pools/warehouse")).Usage.Slots);
    }

    [Fact]
    public async Task Delete_DefinedPool_LeavesTheDefault()
    {
        await _server.SendAsync<PoolView>(HttpMethod.Put, "pools/warehouse", new PoolDefinition(3));

        Assert.Null((await _server.SendAsync<PoolView>(HttpMethod.Delete, "pools/warehouse")).Usage.Definition);
        Assert.Equal((404, ApiErrors.NoPool), await _server.RefusedAsync(HttpMethod.Delete, "pools/warehouse") is var problem ? (problem.Status, problem.Code) : default);
    }

    [Fact]
    public async Task Set_ForOneTeamOnly_IsForbidden()
    {
        _server.Someone = Somebody.With(Role.Admin, "a");

        Assert.Equal(ApiErrors.Forbidden, (await _server.RefusedAsync(HttpMethod.Put, "pools/warehouse", new PoolDefinition(3))).Code);
        Assert.Empty((await _server.SendAsync<Page<PoolUsage>>(HttpMethod.Get, "pools")).Items);
    }
}
