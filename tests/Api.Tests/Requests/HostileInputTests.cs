using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

/// <summary>What somebody may send who means no good, or whose program is wrong: each is refused as a problem, or kept and shown harmlessly.</summary>
public sealed class HostileInputTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { LargestBody = 1 << 20 });
        await _server.PublishAsync("{name: hello, params: {text: {default: x}}, tasks: {one: {step: {}}}}");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("..")]
    [InlineData("%2e%2e")]
    [InlineData("%2E.")]
    [InlineData("%00")]
    [InlineData("a%00b")]
    [InlineData("a%0d%0aSet-Cookie:%20x")]
    [InlineData("%ed%a0%80")] // A lone surrogate.
    [InlineData("%ff")]
    [InlineData("%zz")]
    [InlineData("%e2%80%ae")] // Writes what follows from right to left.
    public async Task Path_NameThatNoneMayHave_IsRefused(string name)
    {
        foreach (var path in (string[])[$"/api/v1/runs/{name}", $"/api/v1/runs/{name}/note", $"/api/v1/dags/{name}/runs", $"/api/v1/{name}/dags", $"/api/v1/variables/{name}"])
        {
            var (status, problem) = await RawAsync(path);
            Assert.Equal((400, ApiErrors.NameRefused), (status, problem.Code));
            Assert.DoesNotContain(problem.Detail, char.IsControl);
        }
    }

    [Fact]
    public async Task Path_TenKilobytes_IsRefused() => Assert.Equal(ApiErrors.NameRefused, (await RawAsync("/api/v1/runs/" + new string('x', 10_240))).Problem.Code);

    [Fact]
    public async Task Path_EscapedSlash_IsPartOfTheName()
    {
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/hello/runs", new TriggerPublished { Run = new RunGiven { RunId = "a/b%2Fc" } });

        Assert.Equal("a/b%2Fc", (await _server.SendAsync<RunResource>(HttpMethod.Get, "runs/a%2Fb%252Fc")).RunId);
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("a\r\nb")]
    [InlineData("\u202egnp.exe")]
    [InlineData("../../etc/passwd\u0001")]
    [InlineData("..")]
    public async Task RunId_ThatNoneMayHave_IsRefused(string id)
    {
        var problem = await _server.RefusedAsync(HttpMethod.Post, "dags/hello/runs", new TriggerPublished { Run = new RunGiven { RunId = id } });

        Assert.InRange(problem.Status, 400, 422);
        Assert.Empty(await _server.Services.Runs.ListAsync().ToListAsync());
    }

    [Fact]
    public async Task RunId_OfAnotherFolder_StaysAName()
    {
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/hello/runs", new TriggerPublished { Run = new RunGiven { RunId = "../../etc/passwd" } });

        Assert.Equal(RunStatus.Success, (await _server.EndAsync("../../etc/passwd")).Body.Status);
    }

    [Theory]
    [InlineData("{\"run\":{\"conf\":{\"text\":\"\\ud800\"}}}")]
    [InlineData("{\"run\":{\"conf\":{\"\\udc00\":1}}}")]
    [InlineData("{\"run\":{\"note\":\"\\ud800\"}}")]
    [InlineData("{\"run\":{\"runId\":\"\\ud800\"}}")]
    [InlineData("{\"run\":")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"run\":{\"conf\":1}}")]
    public async Task Body_ThatIsNone_IsRefused(string json)
    {
        var problem = await _server.RefusedAsync(HttpMethod.Post, "dags/hello/runs", new StringContent(json, Encoding.UTF8, "application/json"));

        Assert.InRange(problem.Status, 400, 422);
        Assert.NotEqual(ApiErrors.Defect, problem.Code);
    }

    [Fact]
    public async Task Conf_NulAndOtherScripts_IsKeptAsItIs()
    {
        const string Text = "a\0b \u202e \u00df\ud83d\ude00 </script>";
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/hello/runs", new TriggerPublished { Run = new RunGiven { RunId = "r", Conf = JsonSerializer.SerializeToElement(new { text = Text }) } });

        using var answer = await _server.SendAsync(HttpMethod.Get, "runs/r");
        var json = await answer.Content.ReadAsStringAsync();

        Assert.Equal(Text, JsonSerializer.Deserialize<RunResource>(json, ApiJson.Options)!.Conf.GetProperty("text").GetString());
        Assert.DoesNotContain("\0", json, StringComparison.Ordinal);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Body_TenThousandDeep_IsRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 10_000)) + string.Concat(Enumerable.Repeat("]", 10_000));

        var problem = await _server.RefusedAsync(HttpMethod.Post, "dags/hello/runs", new StringContent($"{{\"run\":{{\"conf\":{{\"text\":{deep}}}}}}}", Encoding.UTF8, "application/json"));

        Assert.Equal((400, ApiErrors.BadRequest), (problem.Status, problem.Code));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_TooLarge_IsRefused(bool saysItsSize)
    {
        using var body = new StringContent(new string(' ', (1 << 20) + 1), Encoding.UTF8, "application/json");
        body.Headers.ContentLength = saysItsSize ? (1 << 20) + 1 : null;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/dags/hello/runs") { Content = body };
        request.Headers.TransferEncodingChunked = !saysItsSize;

        using var answer = await _server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(ApiErrors.TooLarge, JsonSerializer.Deserialize<Problem>(await answer.Content.ReadAsStringAsync(), ApiJson.Options)!.Code);
    }

    [Fact]
    public async Task Body_ThatIsNoJson_IsRefused() =>
        Assert.InRange((await _server.RefusedAsync(HttpMethod.Post, "dags/hello/runs", new StringContent("run=1", Encoding.UTF8, "application/x-www-form-urlencoded"))).Status, 400, 415);

    [Theory]
    [InlineData("runs/r?x=%00")]
    [InlineData("dags?after=x")]
    [InlineData("dags?count=-1")]
    [InlineData("dags?count=99999999999999")]
    [InlineData("alerts?after=../../keys&count=5")]
    [InlineData("approvals?after=%00%ff&run=..")]
    [InlineData("events?key=")]
    [InlineData("datasets/events?dataset=..%2f..&after=%27;--")]
    [InlineData("dags/%20/ticks")]
    [InlineData("pools/a%2fb")]
    public async Task Query_OfAnyKind_IsNoDefect(string path)
    {
        using var answer = await _server.SendAsync(HttpMethod.Get, path);

        Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    private async Task<(int Status, Problem Problem)> RawAsync(string target)
    {
        var context = await _server.Pipe.SendAsync(context =>
        {
            (context.Request.Method, context.Request.Path) = ("GET", "/api/v1/runs/x");
            context.Request.Host = new("localhost");
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        });
        return (context.Response.StatusCode, (await JsonSerializer.DeserializeAsync<Problem>(context.Response.Body, ApiJson.Options))!);
    }
}
