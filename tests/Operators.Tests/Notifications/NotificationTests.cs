using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class NotificationTests : IAsyncLifetime, IDisposable
{
    private readonly TestAttempts _attempts = new();
    private FakeService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _attempts.With(new WebhookOperator(), new SlackOperator(), new TeamsOperator(), new EmailOperator());
        _attempts.Connections["chat"] = new Connection { Url = new Uri(_service.Url, "/services/T0/B0/verysecret") };
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Webhook_WithoutABody_TellsWhatTheRunIs()
    {
        _service.On("POST", "/hook", new { });

        var result = await _attempts.RunAsync("tell", "webhook", new { url = new Uri(_service.Url, "/hook").AbsoluteUri, headers = new { X_Kind = "test" } });

        var request = Assert.Single(_service.Requests);
        Assert.Equal((AttemptOutcome.Success, "test", TestAttempts.RunId, "tell"), (result.Outcome, request.Header("X_Kind"), request.Json.GetProperty("runId").GetString(), request.Json.GetProperty("task").GetString()));
    }

    [Fact]
    public async Task Slack_Message_HasBlocksAndAFallback()
    {
        _service.On("POST", "/services/T0/B0/verysecret", _ => Results.Text("ok"));

        var result = await _attempts.RunAsync("tell", "slack", new { connection = "chat", title = "Late", text = "run {{ run.id }} is late", link = "https://updraft.example/runs/1" });

        var message = Assert.Single(_service.Requests).Json;
        Assert.Equal((AttemptOutcome.Success, "Late"), (result.Outcome, message.GetProperty("text").GetString()));
        Assert.Equal(["header", "section", "context"], message.GetProperty("blocks").EnumerateArray().Select(block => block.GetProperty("type").GetString()!));
        Assert.Equal($"run {TestAttempts.RunId} is late", message.GetProperty("blocks")[1].GetProperty("text").GetProperty("text").GetString());
    }

    [Fact]
    public async Task Teams_Message_IsAnAdaptiveCard()
    {
        _service.On("POST", "/services/T0/B0/verysecret", _ => Results.StatusCode(202));

        var result = await _attempts.RunAsync("tell", "teams", new { connection = "chat", title = "Late", text = "x", link = "https://updraft.example" });

        var attachment = Assert.Single(_service.Requests).Json.GetProperty("attachments")[0];
        Assert.Equal((AttemptOutcome.Success, "application/vnd.microsoft.card.adaptive", "AdaptiveCard"), (result.Outcome, attachment.GetProperty("contentType").GetString(), attachment.GetProperty("content").GetProperty("type").GetString()));
        Assert.Equal("Action.OpenUrl", attachment.GetProperty("content").GetProperty("actions")[0].GetProperty("type").GetString());
    }

    [Theory]
    [InlineData(404, AttemptOutcome.FailedForGood)]
    [InlineData(429, AttemptOutcome.Failed)]
    [InlineData(500, AttemptOutcome.Failed)]
    public async Task Chat_ThatRefuses_IsToldWithoutItsSecretAddress(int status, AttemptOutcome outcome)
    {
        _service.Fail(status, "no");

        var result = await _attempts.RunAsync("tell", "slack", new { connection = "chat", text = "x" });

        Assert.Equal(outcome, result.Outcome);
        Assert.DoesNotContain("verysecret", result.Reason);
    }

    [Fact]
    public async Task Email_IsSentOverSmtp()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _attempts.Connections["mail"] = new Connection { Url = new Uri($"smtp://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}"), Options = new Connection().Options.Add("from", "updraft@example.com").Add("tls", "none") };
        var received = ReceiveAsync(server);

        var result = await _attempts.RunAsync("tell", "email", new { connection = "mail", to = new[] { "ann@example.com" }, subject = "Run {{ run.id }}", text = "It is late." });

        var lines = await received;
        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        Assert.Contains(lines, line => line.StartsWith("MAIL FROM:<updraft@example.com>", StringComparison.Ordinal));
        Assert.Contains("RCPT TO:<ann@example.com>", lines);
        Assert.Contains($"Subject: Run {TestAttempts.RunId}", lines, StringComparer.OrdinalIgnoreCase);
        Assert.Contains("It is late.", lines);
    }

    [Theory]
    [InlineData("a\nBcc: eve@example.com")]
    [InlineData("a\r\nX: y")]
    public async Task Email_SubjectWithLineBreaks_IsRefused(string subject)
    {
        _attempts.Connections["mail"] = new Connection { Url = new Uri("smtp://127.0.0.1:1"), Options = new Connection().Options.Add("from", "updraft@example.com") };

        Assert.Equal(OperatorErrors.Fields, (await _attempts.RunAsync("tell", "email", new { connection = "mail", to = new[] { "ann@example.com" }, subject, text = "x" })).Code);
    }

    /// <summary>One conversation of SMTP (RFC 5321): what the client said.</summary>
    private static async Task<IReadOnlyList<string>> ReceiveAsync(TcpListener server)
    {
        using var client = await server.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
        var said = new List<string>();
        var isData = false;
        await writer.WriteLineAsync("220 test");
        while (await reader.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (isData && line != ".") continue;
            isData = line == "DATA";
            await writer.WriteLineAsync(isData ? "354 go on" : line == "QUIT" ? "221 bye" : "250 ok");
            if (line == "QUIT") break;
        }
        return said;
    }
}
