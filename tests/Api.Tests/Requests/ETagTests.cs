using System.Net;
using System.Text.Json;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class ETagTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        await _server.PublishAsync("{name: hello, tasks: {one: {step: {}}}}");
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/hello/runs", new TriggerPublished { Run = new RunGiven { RunId = "r" } });
        await _server.EndAsync("r");
        await _server.SendAsync<PoolView>(HttpMethod.Put, "pools/p", new PoolDefinition(1));
        await _server.SendAsync<VariableView>(HttpMethod.Put, "variables/v", new SetVariable(JsonSerializer.SerializeToElement(1)));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("dags/hello")]
    [InlineData("runs/r")]
    [InlineData("runs/r/dag")]
    [InlineData("runs/r/note")]
    [InlineData("pools/p")]
    [InlineData("variables/v")]
    public async Task Get_KnownTag_IsNotModified(string path)
    {
        var tag = await TagAsync(path);

        using var again = await _server.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", $"\"another\", {tag}"));
        using var other = await _server.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", "\"another\""));

        Assert.Equal((HttpStatusCode.NotModified, tag), (again.StatusCode, again.Headers.ETag?.Tag));
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("pools/p", "{\"slots\": 2}", "{\"slots\": 3}")]
    [InlineData("variables/v", "{\"value\": 2}", "{\"value\": 3}")]
    public async Task Put_ChangedSince_IsRefused(string path, string first, string second)
    {
        var tag = await TagAsync(path);

        Assert.Equal(HttpStatusCode.OK, await ChangeAsync(HttpMethod.Put, path, first, tag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await ChangeAsync(HttpMethod.Put, path, second, tag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await ChangeAsync(HttpMethod.Delete, path, null, tag));
        Assert.True(await ChangeAsync(HttpMethod.Delete, path, null, await TagAsync(path)) is HttpStatusCode.OK or HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.PreconditionFailed, await ChangeAsync(HttpMethod.Put, path, second, "*"));
    }

    [Fact]
    public async Task Note_ChangedSince_IsRefused()
    {
        var tag = await TagAsync("runs/r/note");

        Assert.Equal(HttpStatusCode.OK, await ChangeAsync(HttpMethod.Patch, "runs/r/note", "{\"note\": \"mine\"}", tag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await ChangeAsync(HttpMethod.Patch, "runs/r/note", "{\"note\": \"yours\"}", tag));
        Assert.Equal("mine", (await _server.SendAsync<RunNote>(HttpMethod.Get, "runs/r/note")).Note);
    }

    [Fact]
    public async Task Pool_SlotsTaken_CanBeChangedNevertheless()
    {
        await _server.PublishAsync("{name: takes, tasks: {one: {pools: [p], step: {wait: true}}}}");
        var tag = await TagAsync("pools/p");
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/takes/runs", new TriggerPublished());
        await _server.Steps.Waits;

        Assert.NotEqual(tag, await TagAsync("pools/p"));
        Assert.Equal(HttpStatusCode.OK, await ChangeAsync(HttpMethod.Put, "pools/p", "{\"slots\": 2}", tag));
        _server.Steps.Go();
    }

    private async Task<string> TagAsync(string path)
    {
        using var answer = await _server.SendAsync(HttpMethod.Get, path);
        Assert.False(answer.Headers.ETag!.IsWeak);
        return answer.Headers.ETag.Tag;
    }

    private async Task<HttpStatusCode> ChangeAsync(HttpMethod method, string path, string? json, string tag)
    {
        using var answer = await _server.SendAsync(method, path, json is null ? null : new StringContent(json, null, "application/json"), ("If-Match", tag));
        return answer.StatusCode;
    }
}
