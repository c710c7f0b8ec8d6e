using Microsoft.Extensions.Logging;

namespace Updraft.Orchestration;

/// <summary>Takes messages from a queue, several at a time, has them handled and settles them. One per host.</summary>
/// <param name="queue">The queue.</param>
/// <param name="handler">Does what a message asks for.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Where it logs.</param>
/// <param name="parallel">Messages that are handled at the same time, 1 or more.</param>
public sealed class QueueConsumer(IRunRequestQueue queue, RunRequestHandler handler, TimeProvider clock, ILogger logger, int parallel = 16)
{
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterAFailure = TimeSpan.FromSeconds(5);

    /// <summary>Works until it is cancelled; what is being handled then is finished first.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var working = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            working.RemoveAll(work => work.IsCompleted);
            if (working.Count >= parallel)
            {
                await Task.WhenAny(working);
                continue;
            }
            try
            {
                working.AddRange((await queue.ReceiveAsync(parallel - working.Count, Wait, stop)).Select(HandleSafelyAsync));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                Logs.QueueNotRead(logger, failure);
                await Pause.ForAsync(AfterAFailure, clock, stop);
            }
        }
        await Task.WhenAll(working);
    }

    /// <summary>Handles all that can be received now, one after the other.</summary>
    /// <returns>How many messages were handled.</returns>
    public async Task<int> DrainAsync(CancellationToken cancellation = default)
    {
        for (var handled = 0; ; handled++)
        {
            if (await queue.ReceiveAsync(1, TimeSpan.Zero, cancellation) is not [var message]) return handled;
            await HandleAsync(message, cancellation);
        }
    }

    private async Task HandleSafelyAsync(ReceivedMessage message)
    {
        try
        {
            await HandleAsync(message, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // It comes again when its lock runs out, as after a crash, until its deliveries are used up.
            Logs.MessageNotHandled(logger, message.Message.Id, message.Deliveries, failure);
        }
    }

    private async Task HandleAsync(ReceivedMessage message, CancellationToken cancellation)
    {
        using var handled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var renewing = RenewAsync(message, handled.Token);
        MessageOutcome outcome;
        try
        {
            outcome = await handler.HandleAsync(message.Message, cancellation);
        }
        finally
        {
            handled.Cancel();
            message = await renewing;
        }
        var settled = outcome.Verdict switch
        {
            MessageVerdict.Complete => await queue.CompleteAsync(message, cancellation),
            MessageVerdict.Retry => await queue.PostponeAsync(message, outcome.After, outcome.Reason!, cancellation),
            _ => await queue.DeadLetterAsync(message, outcome.Reason!, cancellation),
        };
        if (!settled) Logs.LockLost(logger, message.Message.Id);
        else if (outcome.Verdict is MessageVerdict.DeadLetter) Logs.DeadLettered(logger, message.Message.Id, outcome.Reason!);
    }

    /// <summary>Keeps a message locked while it is handled; returns it as it is locked last.</summary>
    private async Task<ReceivedMessage> RenewAsync(ReceivedMessage message, CancellationToken handled)
    {
        while (true)
        {
            var half = (message.LockedUntil - clock.GetUtcNow()) / 2;
            if (half <= TimeSpan.Zero) return message;
            await Pause.ForAsync(half, clock, handled);
            if (handled.IsCancellationRequested) return message;
            try
            {
                if (await queue.RenewAsync(message, CancellationToken.None) is not { } renewed) return message;
                message = renewed;
            }
            catch (Exception failure)
            {
                Logs.NotRenewed(logger, message.Message.Id, failure);
                return message;
            }
        }
    }
}
