using System.Text.Json;

namespace Updraft.Api.Tests;

/// <summary>Reads server-sent events from the server of a test, whose time goes on while it waits.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly ApiTestServer _server;
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private EventReader(ApiTestServer server, HttpResponseMessage answer, Stream body) => (_server, _answer, _lines) = (server, answer, new StreamReader(body));

    public HttpResponseMessage Answer => _answer;

    public static async Task<EventReader> OpenAsync(ApiTestServer server, string path, string? lastId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{UpdraftApi.Prefix}/{path}");
        if (lastId is not null) request.Headers.Add("Last-Event-ID", lastId);
        var answer = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        var reader = new EventReader(server, answer, await answer.Content.ReadAsStreamAsync());
        // The stream says at once that it is there, and listens from then on.
        Assert.Equal(new StreamedEvent(null, null, null, IsComment: true), await reader.ReadAsync());
        return reader;
    }

    /// <summary>The next event or comment; null at the end.</summary>
    public async Task<StreamedEvent?> ReadAsync()
    {
        var read = new StreamedEvent(null, null, null, false);
        while (true)
        {
            var line = await LineAsync();
            if (line is null) return null;
            if (line.Length == 0) return read;
            var at = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(at + 1)..].TrimStart();
            read = line[..at] switch { "" => read with { IsComment = true }, "event" => read with { Name = value }, "id" => read with { Id = value }, _ => read with { Data = value } };
        }
    }

    /// <summary>The next event of a name.</summary>
    public async Task<StreamedEvent> ReadAsync(string name)
    {
        while (true)
        {
            var read = await ReadAsync() ?? throw new InvalidOperationException($"the stream has ended without '{name}'");
            if (read.Name == name) return read;
        }
    }

    private async Task<string?> LineAsync()
    {
        var line = _lines.ReadLineAsync();
        for (; !line.IsCompleted; await Task.Yield()) _server.Time.Advance(TimeSpan.FromMilliseconds(100));
        return await line;
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _answer.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>An event.</summary>
internal sealed record StreamedEvent(string? Name, string? Id, string? Data, bool IsComment)
{
    public T Read<T>() => JsonSerializer.Deserialize<T>(Data!, ApiJson.Options)!;
}
