using System.Collections.Frozen;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>
/// Does what a message asks for; the same for every queue. The run's id is made from the message's, so that a message that is handled twice
/// makes one run.
/// </summary>
public sealed class RunRequestHandler(TriggerDag trigger, EventClient events)
{
    /// <summary>How long a message waits when what it needs is not there at the moment.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(15);

    // What these say is as wrong the next time.
    private static readonly FrozenSet<string> OfTheMessage = FrozenSet.Create(
        StringComparer.Ordinal,
        QueueErrors.MessageRefused, QueueErrors.NotUnderstood, EventErrors.Refused,
        CatalogueErrors.NoSuchDag, CatalogueErrors.NameRefused, RunErrors.ConfRefused, RunErrors.RunIdRefused, TriggerErrors.TextRefused, DagErrors.BadBusinessKey, DagErrors.BadLabel);

    /// <summary>Handles a message. Whatever else it throws is a defect: the message is then to be received again, as after a crash.</summary>
    public async Task<MessageOutcome> HandleAsync(QueueMessage message, CancellationToken cancellation = default)
    {
        try
        {
            message.Checked();
            using var trace = TriggerTrace.Begin(message.Properties.GetValueOrDefault(QueueProperties.TraceParent));
            var request = RunRequestMessage.Read(message);
            return request.Dag is { } dag ? await TriggerAsync(dag, request, message, cancellation) : await SendAsync(request.ToEvent(message.Id), cancellation);
        }
        catch (UpdraftException e) when (OfTheMessage.Contains(e.Code))
        {
            return MessageOutcome.DeadLetter($"{e.Code}: {e.Message}");
        }
        catch (UpdraftException e) when (e.Code == TriggerErrors.QueueFull || StorageCodes.Include(e.Code))
        {
            return MessageOutcome.Retry(RetryAfter, $"{e.Code}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            return MessageOutcome.Retry(RetryAfter, e.Message);
        }
    }

    private async Task<MessageOutcome> TriggerAsync(string dag, RunRequestMessage request, QueueMessage message, CancellationToken cancellation)
    {
        var triggered = await trigger(dag, run => run with
        {
            RunId = request.RunId ?? RunIds.OfCause(dag, "message", message.Id),
            Conf = request.Conf,
            Labels = request.Labels ?? run.Labels,
            Trigger = "message",
            TriggeredBy = $"message {message.Id}",
            BusinessKey = request.BusinessKey ?? run.BusinessKey,
            Note = request.Note,
        }, cancellation);
        return triggered.Request.Dag == dag
            ? MessageOutcome.Complete(triggered.Request.RunId)
            : MessageOutcome.DeadLetter($"{RunErrors.RunIdRefused}: there is a run '{triggered.Request.RunId}' already, of DAG '{triggered.Request.Dag}'");
    }

    private async Task<MessageOutcome> SendAsync(EventMessage message, CancellationToken cancellation)
    {
        var outcome = await events.SendAsync(message, cancellation);
        return outcome.Kind is EventOutcomeKind.Late
            ? MessageOutcome.DeadLetter($"event '{message.Name}' of '{message.Key}' came late: an unfinished run of that key has had its wait for it")
            : MessageOutcome.Complete(null);
    }
}

/// <summary>What is to become of a message that was handled.</summary>
/// <param name="Verdict">What to do with it.</param>
/// <param name="Reason">Why; null for a message that is done.</param>
/// <param name="After">When it is handled again, for <see cref="MessageVerdict.Retry"/>.</param>
/// <param name="RunId">The run that it made, or that was there from it; null for none.</param>
public sealed record MessageOutcome(MessageVerdict Verdict, string? Reason, TimeSpan After, string? RunId)
{
    /// <summary>It is done.</summary>
    public static MessageOutcome Complete(string? runId) => new(MessageVerdict.Complete, null, TimeSpan.Zero, runId);

    /// <summary>It cannot be done now, through no fault of its own.</summary>
    public static MessageOutcome Retry(TimeSpan after, string reason) => new(MessageVerdict.Retry, reason, after, null);

    /// <summary>It can never be done.</summary>
    public static MessageOutcome DeadLetter(string reason) => new(MessageVerdict.DeadLetter, reason, TimeSpan.Zero, null);
}

/// <summary>What is to be done with a message.</summary>
public enum MessageVerdict
{
    /// <summary>Remove it: it is done.</summary>
    Complete,

    /// <summary>Put it off.</summary>
    Retry,

    /// <summary>Put it aside.</summary>
    DeadLetter,
}
