using System.Net;
using System.Text;
using System.Text.Json;

namespace Updraft.Api.Tests;

public sealed class AirflowLogTests : IAsyncLifetime
{
    private const string Log = "dags/d/dagRuns/r/taskInstances/one/logs/1";

    private ApiTestServer _server = null!;
    private AirflowClient _airflow = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        _airflow = new(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Log_OfATryThatIsOver_ComesInTheFormThatIsAccepted()
    {
        await _server.PublishAsync("""{name: d, tasks: {one: {step: {say: "Grüße\nzwei"}}, two: {step: {}}}}""");
        await _airflow.RunAsync("d", "r");

        foreach (var accept in new[] { null, "*/*", "application/json, application/x-ndjson" })
        {
            using var json = await _airflow.AskAsync(HttpMethod.Get, Log, accept: accept);
            var answer = JsonSerializer.Deserialize<JsonElement>(await json.Content.ReadAsStringAsync());
            AirflowSchema.Check("Log", answer);
            Assert.Equal(["Grüße", "zwei"], answer.GetProperty("content").EnumerateArray().Select(line => line.GetProperty("event").GetString()));
            Assert.Equal(JsonValueKind.Null, answer.GetProperty("continuation_token").ValueKind);
        }
        using var lines = await _airflow.AskAsync(HttpMethod.Get, Log, accept: "application/x-ndjson");
        Assert.Equal("{\"event\":\"Grüße\"}\n{\"event\":\"zwei\"}\n", await lines.Content.ReadAsStringAsync());
        using var text = await _airflow.AskAsync(HttpMethod.Get, Log, accept: "text/plain");
        Assert.Equal(("text/plain", "Grüße\nzwei\n"), (text.Content.Headers.ContentType?.MediaType, await text.Content.ReadAsStringAsync()));
        Assert.Empty((await _airflow.GetAsync("Log", "dags/d/dagRuns/r/taskInstances/two/logs/1")).GetProperty("content").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Get, "dags/d/dagRuns/r/taskInstances/one/logs/2")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _airflow.RefusedAsync(HttpMethod.Get, Log + "?token=mine")).Status);
    }

    [Fact]
    public async Task Log_OfATryAtWork_GoesOnByItsToken()
    {
        await _server.PublishAsync("{name: d, tasks: {one: {step: {say: first, wait: true}}}}");
        await _airflow.PostAsync("Run", "dags/d/dagRuns", new { dag_run_id = "r" });
        await _server.Steps.Waits;
        await _server.ShownAsync("r", run => run.Counts.ContainsKey("running"));

        var token = (await _airflow.GetAsync("Log", Log)).GetProperty("continuation_token").GetString();
        Assert.NotNull(token);
        _server.Steps.Go();
        await _server.EndAsync("r");

        var all = (await _airflow.GetAsync("Log", Log)).GetProperty("content").EnumerateArray().Select(line => line.GetProperty("event").GetString());
        Assert.Equal(["first"], all);
        var rest = await _airflow.GetAsync("Log", $"{Log}?token={token}");
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("continuation_token").ValueKind);
    }

    [Theory]
    [InlineData("one\ntwo\nthree", 5, true, "one|two|three")]
    [InlineData("one\ntwo\nthreefour", 5, false, "one|two|three")]
    [InlineData("one\ntwo\nthr", 100, false, "one|two")]
    [InlineData("one\r\n\r\ntwo\n", 100, true, "one||two")]
    [InlineData("größer\n", 4, true, "grö|ßer")]
    [InlineData("", 4, true, "")]
    public async Task Read_InStretches_LosesNothing(string written, int most, bool over, string lines)
    {
        var blobs = _server.Services.Ports.Blobs;
        await blobs.AppendAsync("logs/here/", 0, Encoding.UTF8.GetBytes(written));
        var (log, found, from) = (new AirflowLog(blobs, "logs/here/", over), new List<string>(), 0L);
        while (true)
        {
            var read = await log.ReadAsync(from, most, default);
            found.AddRange(read.Lines);
            Assert.Equal(over && read.Next == Encoding.UTF8.GetByteCount(written), read.Ended);
            if (read.Next == from) break;
            from = read.Next;
        }

        Assert.Equal(lines, string.Join('|', found));
    }
}
