using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Streams of events of this process: so many at once, each for so long, and all end when it stops.</summary>
internal sealed class EventStreams(IHostApplicationLifetime lifetime, ApiOptions options)
{
    /// <summary>Most streams at once.</summary>
    public const int Most = 500;

    private int _open;

    /// <summary>An answer that is a stream.</summary>
    /// <param name="play">Writes it, until there is nothing more to say.</param>
    /// <param name="cut">Writes what is said last when its time is over; null for nothing.</param>
    public IResult Of(Func<EventWriter, CancellationToken, Task> play, Func<EventWriter, Task>? cut = null) => new Stream(this, play, cut);

    private async Task PlayAsync(HttpContext context, Func<EventWriter, CancellationToken, Task> play, Func<EventWriter, Task>? cut)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > Most) throw new UpdraftException(ApiErrors.TooManyStreams, $"{Most} streams are open, which is the most: close one, or ask for pages instead");
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            using var time = new CancellationTokenSource(options.LongestAnswer ?? Timeout.InfiniteTimeSpan, options.Clock);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, time.Token);
            try
            {
                var writer = await EventWriter.BeginAsync(context, options.Clock, gone.Token, over.Token);
                try
                {
                    await play(writer, over.Token);
                }
                catch (OperationCanceledException) when (time.IsCancellationRequested && !gone.IsCancellationRequested)
                {
                    if (cut is not null) await cut(writer);
                }
            }
            catch (OperationCanceledException) when (gone.IsCancellationRequested)
            {
                // Whoever listened is gone, or is to ask the next process.
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private sealed class Stream(EventStreams streams, Func<EventWriter, CancellationToken, Task> play, Func<EventWriter, Task>? cut) : IResult
    {
        public Task ExecuteAsync(HttpContext context) => streams.PlayAsync(context, play, cut);
    }
}
