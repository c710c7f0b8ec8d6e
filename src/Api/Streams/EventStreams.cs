using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Streams of events of this process: so many at once, and all end when it stops.</summary>
internal sealed class EventStreams(IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>Most streams at once.</summary>
    public const int Most = 500;

    private int _open;

    /// <summary>An answer that is a stream.</summary>
    /// <param name="play">Writes it, until there is nothing more to say.</param>
    public IResult Of(Func<EventWriter, CancellationToken, Task> play) => new Stream(this, play);

    private async Task PlayAsync(HttpContext context, Func<EventWriter, CancellationToken, Task> play)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > Most) throw new UpdraftException(ApiErrors.TooManyStreams, $"{Most} streams are open, which is the most: close one, or ask for pages instead");
            using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            try
            {
                await play(await EventWriter.BeginAsync(context, clock, over.Token), over.Token);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                // Whoever listened is gone, or is to ask the next process.
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private sealed class Stream(EventStreams streams, Func<EventWriter, CancellationToken, Task> play) : IResult
    {
        public Task ExecuteAsync(HttpContext context) => streams.PlayAsync(context, play);
    }
}
