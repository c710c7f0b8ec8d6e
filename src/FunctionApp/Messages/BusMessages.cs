using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Messaging.ServiceBus;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>
/// Messages of Updraft as Service Bus carries them. A message that is sent once more goes by another id, since duplicate detection drops what
/// it has seen; what it was called first goes with it.
/// </summary>
internal static class BusMessages
{
    /// <summary>Longest id that Service Bus takes, in characters.</summary>
    public const int LongestId = 128;

    // Ours begin so, and are not shown.
    private const string Own = "updraft-";
    private const string FirstId = Own + "message-id";
    private const string FirstEnqueued = Own + "enqueued-at";
    private const string PostponedFor = Own + "postponed-for";

    // What Azure's clients call it that send the trace of the caller.
    private const string DiagnosticId = "Diagnostic-Id";
    private const int LongestReason = 500;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The property with the time at which a message was put aside.</summary>
    public const string DeadAt = Own + "dead-at";

    /// <summary>Reads a message.</summary>
    /// <exception cref="UpdraftException"><see cref="QueueErrors.MessageRefused"/>.</exception>
    public static QueueMessage Read(ServiceBusReceivedMessage received)
    {
        var id = IdOf(received);
        if (string.IsNullOrEmpty(id)) throw new UpdraftException(QueueErrors.MessageRefused, "the message is refused: it has no MessageId, from which the run's id is made: set one, the same when it is sent again");
        try
        {
            return new() { Id = id, Body = Strict.GetString(received.Body.ToMemory().Span), Properties = PropertiesOf(received) };
        }
        catch (DecoderFallbackException e)
        {
            throw new UpdraftException(QueueErrors.MessageRefused, "the message is refused: its body is not UTF-8", e);
        }
    }

    /// <summary>A message for people to look at, whatever it is.</summary>
    public static QueueMessage Show(ServiceBusReceivedMessage received) =>
        new() { Id = IdOf(received) ?? "", Body = Encoding.UTF8.GetString(received.Body.ToMemory().Span), Properties = PropertiesOf(received) };

    /// <summary>When a message was first sent.</summary>
    public static DateTimeOffset EnqueuedAt(ServiceBusReceivedMessage received) => TimeOf(received, FirstEnqueued) ?? received.EnqueuedTime;

    /// <summary>When a message was put aside.</summary>
    public static DateTimeOffset DeadSince(ServiceBusReceivedMessage received) => TimeOf(received, DeadAt) ?? received.EnqueuedTime;

    /// <summary>Why a message was put off; null for never.</summary>
    public static string? Postponed(ServiceBusReceivedMessage received) => received.ApplicationProperties.GetValueOrDefault(PostponedFor) as string;

    /// <summary>A message to be sent.</summary>
    /// <exception cref="UpdraftException"><see cref="QueueErrors.MessageRefused"/>.</exception>
    public static ServiceBusMessage Write(QueueMessage message)
    {
        var written = Content(message.Checked());
        if (message.Id.Length <= LongestId) written.MessageId = message.Id;
        else (written.MessageId, written.ApplicationProperties[FirstId]) = (Derived(message.Id, "sent"), message.Id);
        return written;
    }

    /// <summary>The same message for a later time, which is told from the first. Made twice of one delivery, it has one id.</summary>
    public static ServiceBusMessage Later(ServiceBusReceivedMessage received, string reason)
    {
        var later = Again(received, "again");
        later.ApplicationProperties[PostponedFor] = reason.Length <= LongestReason ? reason : reason[..LongestReason];
        return later;
    }

    /// <summary>A message that was put aside, to be sent once more.</summary>
    public static ServiceBusMessage Requeued(ServiceBusReceivedMessage dead) => Again(dead, dead.SequenceNumber.ToString(CultureInfo.InvariantCulture));

    private static ServiceBusMessage Again(ServiceBusReceivedMessage received, string why)
    {
        var message = Content(Show(received));
        message.MessageId = Derived(received.MessageId, why);
        message.SessionId = received.SessionId;
        message.ApplicationProperties[FirstId] = IdOf(received) ?? "";
        message.ApplicationProperties[FirstEnqueued] = EnqueuedAt(received).ToString("O", CultureInfo.InvariantCulture);
        return message;
    }

    private static ServiceBusMessage Content(QueueMessage message)
    {
        var written = new ServiceBusMessage(message.Body) { ContentType = "application/json" };
        foreach (var (name, value) in message.Properties) written.ApplicationProperties[name] = value;
        return written;
    }

    private static string Derived(string id, string why) => $"{Own}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{why}\n{id}")))}";

    private static string? IdOf(ServiceBusReceivedMessage received) => received.ApplicationProperties.GetValueOrDefault(FirstId) as string ?? received.MessageId;

    private static DateTimeOffset? TimeOf(ServiceBusReceivedMessage received, string property) =>
        DateTimeOffset.TryParse(received.ApplicationProperties.GetValueOrDefault(property) as string, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;

    private static ImmutableSortedDictionary<string, string> PropertiesOf(ServiceBusReceivedMessage received)
    {
        var properties = received.ApplicationProperties.Where(property => !property.Key.StartsWith(Own, StringComparison.Ordinal))
            .Select(property => (property.Key, Value: TextOf(property.Value))).Where(property => property.Value is not null)
            .ToImmutableSortedDictionary(property => property.Key, property => property.Value!, StringComparer.Ordinal);
        return properties.TryGetValue(DiagnosticId, out var trace) && !properties.ContainsKey(QueueProperties.TraceParent) ? properties.Add(QueueProperties.TraceParent, trace) : properties;
    }

    /// <summary>A property as text; null for what has none, as bytes.</summary>
    private static string? TextOf(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };
}
