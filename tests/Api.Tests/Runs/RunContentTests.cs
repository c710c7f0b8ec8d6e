using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Updraft.Operators;

namespace Updraft.Api.Tests;

public sealed class RunContentTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        await _server.PublishAsync("""
            name: hello
            tasks:
              greet: {step: {say: "<script>hello", value: {a: 1}}}
              silent: {step: {}}
              each: {map: {over: [x, y]}, step: {say: "{{ item }}"}}
            """);
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/hello/runs", new TriggerPublished { Run = new RunGiven { RunId = "r" } });
        await _server.EndAsync("r");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private Task<HttpResponseMessage> GetAsync(string path, RangeHeaderValue? range = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{UpdraftApi.Prefix}/runs/r/{path}");
        request.Headers.Range = range;
        return _server.Http.SendAsync(request);
    }

    private async Task<string> TextAsync(string path) => await (await GetAsync(path)).EnsureSuccessStatusCode().Content.ReadAsStringAsync();

    private async Task WriteFileAsync(string name, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await _server.Services.Ports.Blobs.WriteAsync(RunFiles.PathOf("r", name), content);
    }

    [Fact]
    public async Task Log_Whole_IsPlainTextThatNoBrowserRuns()
    {
        using var answer = await GetAsync("logs/greet");

        Assert.Equal("<script>hello\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["14"], answer.Headers.GetValues(BlobAnswer.LengthHeader));
    }

    [Fact]
    public async Task Log_OfAMappedTask_IsFoundByKeysOrPlace()
    {
        var instances = await _server.SendAsync<Page<TaskInstanceResource>>(HttpMethod.Get, "runs/r/instances");
        var second = instances.Items.Single(instance => instance.Task == "each" && instance.Place[0] == 1);

        Assert.Equal("y\n", await TextAsync($"logs/each?keys={Uri.EscapeDataString(second.Keys[0])}"));
        Assert.Equal("x\n", await TextAsync("logs/each?place=0"));
        Assert.Equal(ApiErrors.NoTask, (await _server.RefusedAsync(HttpMethod.Get, "runs/r/logs/each")).Code);
    }

    [Fact]
    public async Task Log_OfWhoSaidNothing_IsEmpty() => Assert.Equal("", await TextAsync("logs/silent"));

    [Fact]
    public async Task Log_FromAnOffset_SaysWhereItGoesOn()
    {
        using var answer = await GetAsync("logs/greet?offset=8&length=2");

        Assert.Equal((HttpStatusCode.OK, "he"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(["10"], answer.Headers.GetValues(BlobAnswer.NextHeader));
        Assert.Equal("lo\n", await TextAsync("logs/greet?offset=-3"));
        Assert.Equal("", await TextAsync("logs/greet?offset=99"));
    }

    [Theory]
    [InlineData(8L, 9L, "he", "bytes 8-9/14")]
    [InlineData(8L, null, "hello\n", "bytes 8-13/14")]
    [InlineData(null, 3L, "lo\n", "bytes 11-13/14")]
    [InlineData(12L, 9_223_372_036_854_775_807L, "o\n", "bytes 12-13/14")]
    public async Task Log_ByRange_IsPartial(long? from, long? to, string text, string range)
    {
        using var answer = await GetAsync("logs/greet", new RangeHeaderValue(from, to));

        Assert.Equal((HttpStatusCode.PartialContent, text), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(range, answer.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task Log_BeyondItsEnd_CannotBeSatisfied()
    {
        using var answer = await GetAsync("logs/greet", new RangeHeaderValue(14, null));

        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, "bytes */14"), (answer.StatusCode, answer.Content.Headers.ContentRange?.ToString()));
    }

    [Fact]
    public async Task Log_UnknownTaskOrTry_IsNotFound()
    {
        var task = await _server.RefusedAsync(HttpMethod.Get, "runs/r/logs/gret");
        var number = await _server.RefusedAsync(HttpMethod.Get, "runs/r/logs/greet?try=2");

        Assert.Equal((404, ApiErrors.NoTask), (task.Status, task.Code));
        Assert.Contains("'greet'", task.Detail, StringComparison.Ordinal);
        Assert.Equal((404, ApiErrors.NoTry), (number.Status, number.Code));
    }

    [Fact]
    public async Task Output_Small_IsItsJson()
    {
        Assert.Equal("""{"a":1}""", await TextAsync("outputs/greet"));
        Assert.Equal(ApiErrors.NoOutput, (await _server.RefusedAsync(HttpMethod.Get, "runs/r/outputs/silent")).Code);
    }

    [Fact]
    public async Task Output_Large_ComesByRange()
    {
        await _server.PublishAsync($"{{name: large, tasks: {{big: {{step: {{value: \"{new string('x', 200_000)}\"}}}}}}}}");
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/large/runs", new TriggerPublished { Run = new RunGiven { RunId = "l" } });
        await _server.EndAsync("l");
        var request = new HttpRequestMessage(HttpMethod.Get, $"{UpdraftApi.Prefix}/runs/l/outputs/big") { Headers = { Range = new RangeHeaderValue(199_999, null) } };
        using var answer = await _server.Http.SendAsync(request);

        Assert.Equal("xx\"", await answer.Content.ReadAsStringAsync());
        Assert.Equal(200_002, answer.Content.Headers.ContentRange?.Length);
        var listed = await _server.SendAsync<Page<TaskInstanceResource>>(HttpMethod.Get, "runs/l/instances");
        Assert.Equal((null, 200_002L), (listed.Items[0].Output?.Value?.GetRawText(), listed.Items[0].Output?.Bytes));
    }

    [Fact]
    public async Task Files_OfARun_AreListedAndFetchedAsAttachments()
    {
        await WriteFileAsync("models/a b.html", "<b>");
        var files = await _server.SendAsync<Page<RunFile>>(HttpMethod.Get, "runs/r/files");
        Assert.Equal(new RunFile("models/a b.html", 3), Assert.Single(files.Items));

        using var answer = await GetAsync("files/models/a%20b.html");
        Assert.Equal("<b>", await answer.Content.ReadAsStringAsync());
        Assert.Equal(("application/octet-stream", "attachment"), (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.DispositionType));
    }

    [Theory]
    [InlineData("files/none", 404, ApiErrors.NoFile)]
    [InlineData("files/..%2F..%2Fsecret", 404, ApiErrors.NoFile)]
    [InlineData("files/a%5Cb", 422, OperatorErrors.File)]
    [InlineData("artifacts/greet/task/..%2Fx.artifact", 404, ApiErrors.NoFile)]
    public async Task File_ThatIsNotThere_IsRefused(string path, int status, string code)
    {
        var problem = await _server.RefusedAsync(HttpMethod.Get, "runs/r/" + path);

        Assert.Equal((status, code), (problem.Status, problem.Code));
    }
}
