using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What can be asked about events and about the queue of messages that ask for runs.</summary>
internal static class MessageOperations
{
    private const int MostListed = 1_000;

    public static readonly Operation<EventMessage, EventOutcome> SendEvent = new("events/send", (host, request, cancellation) => host.Services.Events.SendAsync(request, cancellation));

    public static readonly Operation<EventsRequest, EventsAnswer> ListEvents = new("events/list", async (host, request, cancellation) => new EventsAnswer(
        [.. await host.Services.Events.ListAsync(request.Key, cancellation).Take(MostListed).ToListAsync(cancellation)],
        [.. await host.Services.Events.WaitsAsync(request.Key, cancellation).Take(MostListed).ToListAsync(cancellation)]));

    public static readonly Operation<QueueMessage, MessageSent> SendMessage = new("queue/send", async (host, request, cancellation) =>
    {
        await host.Services.Queue.SendAsync(request, cancellation);
        return new MessageSent(request.Id, host.Drives(null));
    });

    public static readonly Operation<Nothing, ImmutableArray<WaitingMessage>> WaitingMessages = new("queue/list", async (host, _, cancellation) =>
        [.. await host.Services.Queue.WaitingAsync(cancellation).Take(MostListed).ToListAsync(cancellation)]);

    public static readonly Operation<Nothing, ImmutableArray<DeadLetter>> DeadLetters = new("queue/dead", async (host, _, cancellation) =>
        [.. await host.Services.Queue.DeadLettersAsync(cancellation).Take(MostListed).ToListAsync(cancellation)]);

    public static readonly Operation<DeadLetterRequest, DeadLetterRequest> Requeue = new("queue/requeue", async (host, request, cancellation) =>
        await host.Services.Queue.RequeueAsync(request.Name, cancellation) ? request : throw NoDeadLetter(request));

    public static readonly Operation<DeadLetterRequest, DeadLetterRequest> Purge = new("queue/purge", async (host, request, cancellation) =>
        await host.Services.Queue.PurgeAsync(request.Name, cancellation) ? request : throw NoDeadLetter(request));

    public static readonly ImmutableArray<Operation> All = [SendEvent, ListEvents, SendMessage, WaitingMessages, DeadLetters, Requeue, Purge];

    private static UpdraftException NoDeadLetter(DeadLetterRequest request) => new(CliErrors.NoDeadLetter, $"no message '{Printable.Of(request.Name)}' was put aside: see 'updraft queue dead'");
}

/// <summary>A request that says nothing.</summary>
internal sealed record Nothing
{
    public static readonly Nothing Here = new();
}

/// <summary>Whose events are wanted.</summary>
internal sealed record EventsRequest(string Key);

/// <summary>What is known of a key.</summary>
internal sealed record EventsAnswer(ImmutableArray<KnownEvent> Events, ImmutableArray<OpenWait> Waits);

/// <summary>A message is in the queue.</summary>
/// <param name="Id">The message.</param>
/// <param name="Driven">Whether a process takes messages from the queue now.</param>
internal sealed record MessageSent(string Id, bool Driven);

/// <summary>Which message that was put aside.</summary>
internal sealed record DeadLetterRequest(string Name);
