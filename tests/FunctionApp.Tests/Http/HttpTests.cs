using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Updraft.Api;

namespace Updraft.FunctionApp.Tests;

/// <summary>The whole API behind the catch-all function, over a real connection.</summary>
public sealed class HttpTests : IAsyncLifetime
{
    private const string KeyId = "0123456789ab";
    private static readonly string Key = $"upd_{KeyId}_{new string('7', 64)}";
    private static readonly string Principal = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"auth_typ":"aad","claims":[{"typ":"roles","val":"Updraft.Admin"},{"typ":"name","val":"Ann"}]}"""));

    private AppStage _stage = null!;
    private WorkerServer _server = null!;

    public async Task InitializeAsync()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Key)));
        _stage = await AppStage.StartAsync((AppSettings.AdminKeyHash, $"{KeyId}:{hash}"));
        _server = await WorkerServer.StartAsync(_stage);
        await _stage.PublishAsync("{name: d, tasks: {one: {event: {name: go, key: k}}}}");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _stage.DisposeAsync();
    }

    private Task<HttpResponseMessage> GetAsync(string path, string? key = null, params (string Name, string Value)[] headers) => _server.SendAsync(HttpMethod.Get, path, key, null, headers);

    private async Task TriggerAsync(string runId)
    {
        using var answer = await _server.SendAsync(HttpMethod.Post, "/api/v1/dags/d/runs", Key, JsonContent.Create(new TriggerPublished { Run = new RunGiven { RunId = runId } }, options: ApiJson.Options));
        Assert.True(answer.StatusCode is HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Health_OfAnybody_IsAnswered()
    {
        using var answer = await GetAsync("/health");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("/api/v1/dags", HttpStatusCode.Unauthorized, ApiErrors.SignInNeeded)]
    [InlineData("/api/v1/nothing", HttpStatusCode.NotFound, ApiErrors.NoSuchPath)]
    [InlineData("/nothing/at/all", HttpStatusCode.Unauthorized, ApiErrors.SignInNeeded)]
    [InlineData("/", HttpStatusCode.Unauthorized, ApiErrors.SignInNeeded)]
    public async Task Refusals_AreProblemsAsEverywhere(string path, HttpStatusCode status, string code)
    {
        using var answer = await GetAsync(path);

        Assert.Equal((status, Problem.MediaType), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<Problem>(ApiJson.Options))!.Code);
    }

    [Fact]
    public async Task Key_OfTheSettings_SignsInAnAdmin()
    {
        using var answer = await GetAsync("/api/v1/whoami", Key);
        var who = (await answer.Content.ReadFromJsonAsync<WhoAmI>(ApiJson.Options))!;

        Assert.Equal((SignInMethod.Key, Role.Admin), (who.Method, Assert.Single(who.Grants).Role));
        using var wrong = await GetAsync("/api/v1/whoami", Key[..^1] + "8");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Fact]
    public async Task PlatformHeader_WhereThePlatformSignsNobodyIn_IsIgnored()
    {
        using var answer = await GetAsync("/api/v1/whoami", null, ("X-MS-CLIENT-PRINCIPAL", Principal));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task PlatformHeader_WhereThePlatformSignsIn_IsWhoAsks()
    {
        await using var stage = await AppStage.StartAsync((AppSettings.PlatformSignIn, "true"), (AppSettings.PlatformSignInIsOn, "True"));
        await using var server = await WorkerServer.StartAsync(stage);

        using var answer = await server.SendAsync(HttpMethod.Get, "/api/v1/whoami", null, null, ("X-MS-CLIENT-PRINCIPAL", Principal), ("X-MS-CLIENT-PRINCIPAL-NAME", "ann@example.org"));

        var who = (await answer.Content.ReadFromJsonAsync<WhoAmI>(ApiJson.Options))!;
        Assert.Equal(("ann@example.org", SignInMethod.Platform), (who.Name, who.Method));
    }

    [Theory]
    [InlineData("a b+c", "a%20b%2Bc", "a%20b%2Bc")]
    [InlineData("a/b", "a%2Fb", "a%2Fb")]
    [InlineData("a/b", "a%252Fb", "a%2Fb")]
    [InlineData("100%25", "100%2525", "100%2525")]
    [InlineData("100%", "100%25", null)]
    public async Task Names_AreThoseThatWereSent(string runId, string received, string? sent)
    {
        await TriggerAsync(runId);

        using var answer = await GetAsync($"/api/v1/runs/{received}?x=1", Key, sent is null ? [] : [(SentTarget.Header, $"/api/v1/runs/{sent}?x=1")]);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.Equal(runId, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("runId").GetString());
    }

    [Fact]
    public async Task SentTarget_OfAnotherPath_IsIgnored()
    {
        using var answer = await GetAsync("/health", null, (SentTarget.Header, "/api/v1/dags"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Bodies_OfRequests_AreRead()
    {
        using var answer = await _server.SendAsync(HttpMethod.Post, "/api/v1/queue/messages", Key, JsonContent.Create(new { id = "m", body = "{}" }));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("m", Assert.Single(_stage.Bus.Sent).Message.MessageId);
    }

    [Fact]
    public async Task Queue_OfServiceBus_IsShown()
    {
        _stage.Bus.Dead.Add(Message.Of("m", BinaryData.FromString("{}"), 9));

        using var answer = await GetAsync("/api/v1/queue/dead-letters", Key);
        Assert.Equal("9", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("items")[0].GetProperty("name").GetString());
        using var purged = await _server.SendAsync(HttpMethod.Delete, "/api/v1/queue/dead-letters/9", Key);
        Assert.Equal((HttpStatusCode.NoContent, 0), (purged.StatusCode, _stage.Bus.Dead.Count));
    }

    [Fact]
    public async Task ServiceBus_ThatIsAway_IsAProblemThatPasses()
    {
        _stage.Bus.Fails = global::Azure.Messaging.ServiceBus.ServiceBusFailureReason.ServiceBusy;

        using var answer = await GetAsync("/api/v1/queue/messages", Key);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task Storage_ThatIsAway_IsToldByHealth()
    {
        _stage.State.IsAway = true;

        using var answer = await GetAsync("/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task Backup_IsRefusedWithTheReason()
    {
        using var answer = await _server.SendAsync(HttpMethod.Post, "/api/v1/backup", Key, JsonContent.Create(new { folder = "/tmp/x" }));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Stream_OfARun_ComesAsItHappensAndEndsBeforeThePlatformCutsIt()
    {
        await TriggerAsync("r");
        using var answer = await GetAsync("/api/v1/runs/r/stream", Key);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);

        Assert.Contains("\"runId\":\"r\"", await UntilAsync(lines, "event: run"), StringComparison.Ordinal);
        var rest = lines.ReadToEndAsync();
        _stage.Time.Advance(TimeSpan.FromSeconds(190));
        Assert.False(rest.IsCompleted);
        _stage.Time.Advance(TimeSpan.FromSeconds(20));

        Assert.DoesNotContain("event: end", await rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_WhoseReaderGoes_Ends()
    {
        await TriggerAsync("r");
        for (var n = 0; n < 3; n++)
        {
            using var answer = await GetAsync("/api/v1/runs/r/stream", Key);
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
            await UntilAsync(lines, "event: run");
        }
        // A server that has not let go of them does not stop.
        await _server.DisposeAsync();
        _server = await WorkerServer.StartAsync(_stage);
    }

    [Fact]
    public async Task Stream_WhenTheProcessStops_Ends()
    {
        await TriggerAsync("r");
        using var answer = await GetAsync("/api/v1/runs/r/stream", Key);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await UntilAsync(lines, "event: run");

        _stage.Lifetime.StopApplication();

        Assert.DoesNotContain("event: end", await lines.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_AndAirflow_AreServedToo()
    {
        using var document = await GetAsync("/openapi/v1.json", Key);
        using var airflow = await GetAsync("/api/v2/dags", Key);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (document.StatusCode, airflow.StatusCode));
    }

    /// <summary>Reads to an event, and returns its data.</summary>
    private static async Task<string> UntilAsync(StreamReader lines, string wanted)
    {
        while (await lines.ReadLineAsync() is { } line)
            if (line == wanted) return (await lines.ReadLineAsync())!;
        throw new InvalidOperationException($"the stream has ended without '{wanted}'");
    }
}
