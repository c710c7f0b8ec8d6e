using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class ExperimentEndpointTests
{
    [Fact]
    public async Task List_ExperimentsOfADag_LeavesOutTheDagAndOthers()
    {
        await using var server = await ApiTestServer.StartAsync();
        foreach (var (name, experiment) in ((string, string?)[])[("etl", null), ("etl", "wider"), ("other", "wider")])
        {
            var spec = JsonSerializer.Deserialize<JsonElement>(DagJson.Serialize(ApiTestServer.Yaml($"{{name: {name}, tasks: {{one: {{step: {{}}}}}}}}")));
            await server.SendAsync<PublishAnswer>(HttpMethod.Post, "dags", new PublishRequest { Spec = spec, Operators = [], Experiment = experiment });
        }

        Assert.Equal(["etl@wider"], (await server.SendAsync<Page<PublishedSummary>>(HttpMethod.Get, "dags/etl/experiments")).Items.Select(each => each.Name));
        Assert.Equal("etl@wider", (await server.SendAsync<PublishedDag>(HttpMethod.Get, "dags/etl@wider")).Name);
    }
}
