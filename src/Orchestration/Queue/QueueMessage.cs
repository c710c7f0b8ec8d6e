using System.Collections.Immutable;
using System.Text;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A message as it is sent.</summary>
public sealed record QueueMessage
{
    /// <summary>Largest <see cref="Body"/>, in bytes of UTF-8.</summary>
    public const int MaxBody = 256 * 1024;

    /// <summary>Largest sum of names and values of <see cref="Properties"/>, in bytes of UTF-8.</summary>
    public const int MaxProperties = 16 * 1024;

    /// <summary>Names the message, 1 to 200 printable characters: the run that it asks for is made from it, so that the same message twice makes one run.</summary>
    public required string Id { get; init; }

    /// <summary>Its content, which should be JSON.</summary>
    public string Body { get; init; } = "";

    /// <summary>What goes with it: <see cref="QueueProperties"/>. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>This message, when it is one that can be sent.</summary>
    /// <exception cref="UpdraftException"><see cref="QueueErrors.MessageRefused"/>.</exception>
    public QueueMessage Checked()
    {
        if (Id.Length is 0 or > 200 || !Id.All(c => !char.IsControl(c) && !char.IsSurrogate(c))) throw Refuse("its id does not have 1 to 200 printable characters");
        if (Encoding.UTF8.GetByteCount(Body) is > MaxBody and var bytes) throw Refuse($"its body has {bytes:N0} bytes, over the limit of {MaxBody:N0}: send a reference to what is large");
        if (Properties.Sum(property => Encoding.UTF8.GetByteCount(property.Key) + Encoding.UTF8.GetByteCount(property.Value)) is > MaxProperties and var size) throw Refuse($"its properties have {size:N0} bytes, over the limit of {MaxProperties:N0}");
        return this;
    }

    private static UpdraftException Refuse(string why) => new(QueueErrors.MessageRefused, $"the message is refused: {why}");
}

/// <summary>Properties of a message that say what its body is for. Without <see cref="Dag"/> and <see cref="Event"/>, the body says it all.</summary>
public static class QueueProperties
{
    /// <summary>The DAG to run; the body is the conf.</summary>
    public const string Dag = "dag";

    /// <summary>Id of the run; made from the message's id when there is none.</summary>
    public const string RunId = "run_id";

    /// <summary>What the run is about.</summary>
    public const string BusinessKey = "business_key";

    /// <summary>Why the run is asked for.</summary>
    public const string Note = "note";

    /// <summary>The W3C trace of whoever sent it, to which its run is linked.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>What a label's name begins with, as in <c>label.team</c>.</summary>
    public const string Label = "label.";

    /// <summary>Name of an event to a running run; the body is its data.</summary>
    public const string Event = "event";

    /// <summary>Whom the event is about.</summary>
    public const string Key = "key";

    /// <summary>The event's id; the message's when there is none.</summary>
    public const string Id = "id";

    /// <summary>The event's time to live, as in <c>7d</c>.</summary>
    public const string TimeToLive = "ttl";
}

/// <summary>A message that was received.</summary>
/// <param name="Message">The message.</param>
/// <param name="EnqueuedAt">When it was sent.</param>
/// <param name="Deliveries">How often it was received, this time included.</param>
/// <param name="Lock">The queue's own name for this delivery.</param>
/// <param name="LockedUntil">When it comes again, unless it is settled or the lock renewed.</param>
public sealed record ReceivedMessage(QueueMessage Message, DateTimeOffset EnqueuedAt, int Deliveries, string Lock, DateTimeOffset LockedUntil);

/// <summary>A message that is not settled.</summary>
/// <param name="Message">The message.</param>
/// <param name="EnqueuedAt">When it was sent.</param>
/// <param name="Deliveries">How often it was received.</param>
/// <param name="HiddenUntil">Until when nobody receives it, because it is with a receiver or put off; null when it is free.</param>
/// <param name="Postponed">Why it was put off the last time; null for never.</param>
public sealed record WaitingMessage(QueueMessage Message, DateTimeOffset EnqueuedAt, int Deliveries, DateTimeOffset? HiddenUntil, string? Postponed);

/// <summary>A message that was put aside.</summary>
/// <param name="Name">The queue's own name for it.</param>
/// <param name="Message">The message.</param>
/// <param name="Reason">Why.</param>
/// <param name="EnqueuedAt">When it was sent.</param>
/// <param name="DeadAt">When it was put aside.</param>
/// <param name="Deliveries">How often it had been received.</param>
public sealed record DeadLetter(string Name, QueueMessage Message, string Reason, DateTimeOffset EnqueuedAt, DateTimeOffset DeadAt, int Deliveries);
