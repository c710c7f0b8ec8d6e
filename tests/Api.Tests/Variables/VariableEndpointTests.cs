using System.Text.Json;
using Updraft.Operators;

namespace Updraft.Api.Tests;

public sealed class VariableEndpointTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiTestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Set_AnyJson_IsShownAndRemoved()
    {
        var set = await _server.SendAsync<VariableView>(HttpMethod.Put, "variables/regions", new SetVariable(JsonSerializer.SerializeToElement(new[] { "SEA", "PHX" })));

        Assert.Equal(("stored", 2), (set.Source, set.Value.GetArrayLength()));
        Assert.Contains((await _server.SendAsync<Page<VariableView>>(HttpMethod.Get, "variables")).Items, each => each.Name == "regions");
        using (var gone = await _server.SendAsync(HttpMethod.Delete, "variables/regions")) Assert.True(gone.IsSuccessStatusCode);
        Assert.Equal((404, ApiErrors.NoVariable), await _server.RefusedAsync(HttpMethod.Get, "variables/regions") is var problem ? (problem.Status, problem.Code) : default);
    }

    [Fact]
    public async Task Set_NameWithSpace_IsRefused() =>
        Assert.Equal(OperatorErrors.Variable, (await _server.RefusedAsync(HttpMethod.Put, "variables/a%20b", new SetVariable(JsonSerializer.SerializeToElement(1)))).Code);
}
