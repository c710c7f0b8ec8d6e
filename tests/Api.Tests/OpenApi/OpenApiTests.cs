using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Updraft.Dags;

namespace Updraft.Api.Tests;

public sealed class OpenApiTests : IAsyncLifetime
{
    /// <summary>Writes the snapshot anew when it is set.</summary>

    private ApiTestServer _server = null!;
    private JsonObject _document = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        using var answer = await _server.SendAsync(HttpMethod.Get, OpenApiDocuments.Path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        _document = (JsonObject)JsonNode.Parse(text)!;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Document_IsTheOneOfTheSnapshot()
    {
        var path = Repository.PathOf("tests", "Api.Tests", "OpenApi", "v1.json");
        var text = _document.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = ApiJson.Options.Encoder, NewLine = "\n" }) + "\n";
        if (Snapshots.AreWritten) await File.WriteAllTextAsync(path, text);

        Assert.True(await File.ReadAllTextAsync(path) == text, $"the API is not as {path} says: look at what has changed for its users, and run this test with {Snapshots.Variable}=1 to write it anew");
    }

    [Fact]
    public void Document_EveryRoute_IsInIt()
    {
        var routes = Routes(_server.Pipeline).Where(route => route.Path != OpenApiDocuments.Path && OpenApiDocuments.IsOfApi(route.Path)).Order().ToList();

        Assert.Empty(routes.Where(route => !OperationTexts.Has(route.Method, route.Path)).Select(route => $"{route.Method} {route.Path} has no name: give it one in {nameof(OperationTexts)}"));
        Assert.Equal(routes, Operations().Select(operation => (operation.Method, operation.Path)).Order());
    }

    [Fact]
    public void Operations_AreNamedOnceAndSaidInALine()
    {
        var operations = Operations().ToList();

        Assert.Equal(operations.Count, operations.Select(each => (string?)each.Operation["operationId"]).Distinct().Count());
        Assert.All(operations, each =>
        {
            Assert.Matches("^[a-z][A-Za-z]+$", (string?)each.Operation["operationId"]);
            Assert.EndsWith(".", (string?)each.Operation["summary"], StringComparison.Ordinal);
            Assert.Single(each.Operation["tags"]!.AsArray());
            Assert.NotNull(each.Operation["responses"]!["default"]!["content"]![Problem.MediaType]!["schema"]);
            Assert.Contains(each.Operation["responses"]!.AsObject(), response => response.Key is ['2', ..]);
        });
    }

    [Fact]
    public void Operations_ButOpenOnes_AskForSigningIn()
    {
        var open = Operations().Where(each => each.Operation["security"] is null).Select(each => each.Path);

        Assert.Equal(HealthEndpoints.Path, Assert.Single(open));
        Assert.Equal("bearer", (string?)_document["components"]!["securitySchemes"]!["key"]!["scheme"]);
    }

    [Fact]
    public void Parameters_AreThoseThatCanBeSent()
    {
        var ofHandlers = (string[])["access", "told", "key", "seen", "cancellation", "cancellationToken", "services", "host"];

        Assert.All(Operations(), each => Assert.All(each.Operation["parameters"]?.AsArray() ?? [], parameter =>
        {
            var (name, place) = ((string)parameter!["name"]!, (string)parameter["in"]!);
            Assert.True(place is "header" || !ofHandlers.Contains(name) || (name, each.Path) is ("key", "/api/v1/events"), $"{each.Method} {each.Path}: {name}");
            Assert.Equal(each.Path.Contains($"{{{name}}}", StringComparison.Ordinal), place is "path");
        }));
    }

    [Fact]
    public void Examples_AreOfTheirTypes()
    {
        Assert.All(OpenApiExamples.Every, example =>
        {
            var json = JsonSerializer.Serialize(example, example.GetType(), ApiJson.Options);
            Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(json, example.GetType(), ApiJson.Options), example.GetType(), ApiJson.Options));
        });
        Assert.Equal("etl", DagJson.Parse(((PublishRequest)OpenApiExamples.Of(typeof(PublishRequest))!).Spec.GetRawText()).Name);
        Assert.Equal("once", DagJson.Parse(((TriggerInline)OpenApiExamples.Of(typeof(TriggerInline))!).Spec.GetRawText()).Name);
    }

    [Fact]
    public void Examples_EveryRequest_HasOne() => Assert.All(
        Operations().Where(each => each.Operation["requestBody"]?["content"]?["application/json"] is not null),
        each => Assert.True(each.Operation["requestBody"]!["content"]!["application/json"]!["example"] is not null, $"{each.Method} {each.Path} has no example of its request: give its type one in {nameof(OpenApiExamples)}"));

    /// <summary>The routes of a server, as they stand in the document.</summary>
    internal static IEnumerable<(string Method, string Path)> Routes(IServiceProvider pipeline) =>
        from endpoint in pipeline.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select (method, "/" + endpoint.RoutePattern.RawText!.Trim('/').Replace("{**", "{", StringComparison.Ordinal));

    private IEnumerable<(string Method, string Path, JsonNode Operation)> Operations() =>
        from path in _document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (operation.Key.ToUpperInvariant(), path.Key, operation.Value!);
}
