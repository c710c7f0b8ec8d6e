using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Updraft.Api;

/// <summary>
/// Writes server-sent events. Each waits until it has gone out, so that nothing piles up for who reads slowly; and something goes out every 15 seconds, so that
/// both sides learn when the other is gone.
/// </summary>
internal sealed class EventWriter
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly HttpResponse _answer;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _gone;
    private readonly CancellationToken _over;
    private long _lastWrite;

    private EventWriter(HttpResponse answer, TimeProvider clock, CancellationToken gone, CancellationToken over) => (_answer, _clock, _gone, _over) = (answer, clock, gone, over);

    /// <summary>Begins a stream.</summary>
    /// <param name="context">The request.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="gone">That nobody listens any more: nothing is written.</param>
    /// <param name="over">That nothing more is waited for; what is being written is written to its end.</param>
    public static async Task<EventWriter> BeginAsync(HttpContext context, TimeProvider clock, CancellationToken gone, CancellationToken over)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        // Proxies hold back what they take for a page.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var writer = new EventWriter(context.Response, clock, gone, over);
        await writer.CommentAsync();
        return writer;
    }

    /// <summary>Sends an event.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="data">Its content.</param>
    /// <param name="id">Where to go on after it; null to leave that as it was.</param>
    public Task SendAsync<T>(string name, T data, string? id = null) =>
        WriteAsync($"{(id is null ? "" : $"id: {id}\n")}event: {name}\ndata: {JsonSerializer.Serialize(data, ApiJson.Options)}\n\n");

    /// <summary>Waits until something has happened or some time is over, and keeps the stream alive.</summary>
    public async Task WaitAsync(Task happens, TimeSpan atMost)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_over);
        var quiet = Heartbeat - _clock.GetElapsedTime(_lastWrite);
        var isHeartbeat = quiet < atMost;
        var time = Task.Delay(isHeartbeat ? quiet > TimeSpan.Zero ? quiet : TimeSpan.Zero : atMost, _clock, enough.Token);
        await Task.WhenAny(happens, time);
        _over.ThrowIfCancellationRequested();
        await enough.CancelAsync();
        if (isHeartbeat && time.IsCompletedSuccessfully) await CommentAsync();
    }

    private Task CommentAsync() => WriteAsync(":\n\n");

    private async Task WriteAsync(string text)
    {
        await _answer.WriteAsync(text, _gone);
        await _answer.Body.FlushAsync(_gone);
        _lastWrite = _clock.GetTimestamp();
    }
}
