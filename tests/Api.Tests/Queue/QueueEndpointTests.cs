using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class QueueEndpointTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    private IRunRequestQueue Queue => (IRunRequestQueue)_server.Services.Queue;

    public async Task InitializeAsync() => _server = await ApiTestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Send_Message_Waits()
    {
        Assert.Equal(new MessageSent("m", true), await _server.SendAsync<MessageSent>(HttpMethod.Post, "queue/messages", new SendMessage { Id = "m", Body = "{}" }));
        Assert.NotEmpty((await _server.SendAsync<MessageSent>(HttpMethod.Post, "queue/messages", new SendMessage())).Id);

        Assert.Equal(2, (await _server.SendAsync<Page<WaitingMessage>>(HttpMethod.Get, "queue/messages")).Items.Length);
    }

    [Fact]
    public async Task DeadLetter_RequeuedAndPurged_IsGone()
    {
        var name = await DeadLetterAsync();
        using (var answer = await _server.SendAsync(HttpMethod.Post, $"queue/dead-letters/{Uri.EscapeDataString(name)}/requeue")) Assert.True(answer.IsSuccessStatusCode);
        Assert.Empty((await _server.SendAsync<Page<DeadLetter>>(HttpMethod.Get, "queue/dead-letters")).Items);

        name = await DeadLetterAsync();
        using (var answer = await _server.SendAsync(HttpMethod.Delete, $"queue/dead-letters/{Uri.EscapeDataString(name)}")) Assert.True(answer.IsSuccessStatusCode);
        Assert.Empty((await _server.SendAsync<Page<WaitingMessage>>(HttpMethod.Get, "queue/messages")).Items);
        Assert.Equal(ApiErrors.NoDeadLetter, (await _server.RefusedAsync(HttpMethod.Delete, $"queue/dead-letters/{Uri.EscapeDataString(name)}")).Code);
    }

    private async Task<string> DeadLetterAsync()
    {
        if ((await _server.SendAsync<Page<WaitingMessage>>(HttpMethod.Get, "queue/messages")).Items.IsEmpty) await _server.SendAsync<MessageSent>(HttpMethod.Post, "queue/messages", new SendMessage { Id = "m/1" });
        var received = Assert.Single(await Queue.ReceiveAsync(1, TimeSpan.Zero));
        Assert.True(await Queue.DeadLetterAsync(received, "of no use"));
        var letter = Assert.Single((await _server.SendAsync<Page<DeadLetter>>(HttpMethod.Get, "queue/dead-letters")).Items);
        Assert.Equal("of no use", letter.Reason);
        return letter.Name;
    }
}
