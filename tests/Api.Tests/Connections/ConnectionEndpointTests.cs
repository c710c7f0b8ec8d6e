using Updraft.Operators;

namespace Updraft.Api.Tests;

public sealed class ConnectionEndpointTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiTestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Test_UnknownConnection_SaysWhatToSet()
    {
        var problem = await _server.RefusedAsync(HttpMethod.Post, "connections/warehouse/test");

        Assert.Equal((404, OperatorErrors.Connection), (problem.Status, problem.Code));
        Assert.Contains("connections.json", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Connections_IsAPage() => Assert.Null((await _server.SendAsync<Page<ConnectionView>>(HttpMethod.Get, "connections")).Next);
}
